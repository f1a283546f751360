import { randomInt, randomUUID } from 'node:crypto';

import type { Send } from '../load/http-connection.js';
import { customerName, CUSTOMERS, POINTS_COST, type Attempt, type Target } from './scenario.js';

interface RedeemAnswer {
  readonly data: { readonly redemption: { readonly id: string; readonly voucherCode: string | null } };
}

/** One redemption of a customer drawn at random, with a key of its own. Settled is what the API answers with 200: a voucher. */
export async function redeemOnce(send: Send, { apiKey, wallets }: Target): Promise<Attempt> {
  const customerId = customerName(randomInt(wallets));
  const { status, body } = await send({
    method: 'POST',
    path: `${CUSTOMERS}/${customerId}/redeem`,
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    body: `{"rewardOptionId":"ten-off","rewardName":"Ten off","pointsCost":${POINTS_COST},"idempotencyKey":"${randomUUID()}"}`,
  });
  if (status !== 200) return { status, settled: undefined };
  const { redemption } = (JSON.parse(body.toString()) as RedeemAnswer).data;
  return { status, settled: { redemptionId: redemption.id, customerId, voucherCode: redemption.voucherCode ?? '' } };
}
