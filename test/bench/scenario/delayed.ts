import { randomUUID } from 'node:crypto';

import { drawCustomer, redeem } from './redeem.js';
import { LOYALTY, type Scenario } from './scenario.js';

/** The points are held when the coupon is handed out and deducted when the order comes: two calls. The floor has a transaction more. */
export const delayed: Scenario = {
  name: 'delayed',
  wallets: 100_000,
  connections: 100,
  floorExtra: 'order',
  async attempt(send, target) {
    const drawn = drawCustomer(target);
    const more = ',"delayPointsDeduction":true';
    const redeemed = await redeem(send, { ...drawn, idempotencyKey: randomUUID(), more });
    if (redeemed.status !== 200 || redeemed.answer === undefined) return { ...redeemed, counts: false };
    const { status, retryAfter } = await send({
      method: 'POST',
      path: `${LOYALTY}/redemptions/${redeemed.answer.redemptionId}/commit`,
      headers: { 'x-api-key': drawn.apiKey, 'content-type': 'application/json' },
      body: `{"orderId":"order-${randomUUID()}"}`,
    });
    return status === 200 ? { ...redeemed, counts: true } : { status, retryAfter, counts: false };
  },
};
