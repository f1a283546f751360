import { randomUUID } from 'node:crypto';

import type { HttpRequest, Send } from '../load/http-connection.js';
import { drawCustomer, redeem, type Drawn } from './redeem.js';
import type { Attempt, Scenario, Shop, Target } from './scenario.js';

const SIZE = { wallets: 20_000, connections: 100, hasShop: true } as const;

/** The same option of the catalogue through bitbybit's call: what the other two are compared with. */
export const bitbybit: Scenario = {
  name: 'bitbybit',
  ...SIZE,
  async attempt(send, target) {
    const request = { ...drawCustomer(target), idempotencyKey: randomUUID(), rewardOptionId: shopOf(target).optionId };
    const redeemed = await redeem(send, request);
    return { ...redeemed, counts: redeemed.status === 200 };
  },
};

/** One redemption through Yotpo's call, deducted at once; the customer is named by e-mail, as checkouts do. */
export const yotpo: Scenario = {
  name: 'yotpo',
  ...SIZE,
  attempt(send, target) {
    const { guid, optionId } = shopOf(target);
    const drawn = drawCustomer(target);
    return redeemAs(send, {
      path: '/api/v2/redemptions',
      headers: { 'x-guid': guid, 'x-api-key': drawn.apiKey },
      body: `{"customer_email":"${emailOf(drawn)}","redemption_option_id":${optionId}}`,
    });
  },
};

/** One redemption through BonifiQ's call, under a key of its own. */
export const bonifiq: Scenario = {
  name: 'bonifiq',
  ...SIZE,
  attempt(send, target) {
    const { guid, optionId } = shopOf(target);
    const drawn = drawCustomer(target);
    return redeemAs(send, {
      path: `/v1/pvt/POS/rewards/${optionId}/redeem`,
      headers: { authorization: `Basic ${Buffer.from(`${guid}:${drawn.apiKey}`).toString('base64')}` },
      body: `{"CustomerId":"${emailOf(drawn)}","OriginalKey":"${randomUUID()}","RedeemOrigin":5}`,
    });
  },
};

/** These dialects don't answer with the engine's id, so the audit reads the ledger and looks no answer up. */
async function redeemAs(send: Send, request: Omit<HttpRequest, 'method'>): Promise<Attempt> {
  const headers = { ...request.headers, 'content-type': 'application/json' };
  const { status, retryAfter } = await send({ ...request, method: 'POST', headers });
  return { status, retryAfter, counts: status === 200 };
}

function emailOf({ customerId }: Drawn): string {
  return `${customerId}@example.com`;
}

function shopOf({ shop }: Target): Shop {
  if (shop === undefined) throw new TypeError('A scenario of a dialect is played without a shop.');
  return shop;
}
