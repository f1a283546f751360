import { randomInt, randomUUID } from 'node:crypto';

import { drawCustomer, redeem, type RedeemRequest } from './redeem.js';
import type { Scenario } from './scenario.js';

/** Requests that were answered lately: as many as a caller might send again. */
const REMEMBERED = 1_000;

interface Answered {
  readonly request: RedeemRequest;
  readonly redemptionId: string;
}

const lately: Answered[] = [];
let place = 0;

/** A third of the requests come again, under their keys. What counts are redemptions: a repeat is work that settles nothing. */
export const repeats: Scenario = {
  name: 'repeats',
  wallets: 100_000,
  connections: 100,
  async attempt(send, target) {
    const again = lately.length > 0 && randomInt(3) === 0 ? lately[randomInt(lately.length)] : undefined;
    if (again !== undefined) {
      const redeemed = await redeem(send, again.request);
      const answer = redeemed.answer && { ...redeemed.answer, repeatOf: again.redemptionId };
      return { ...redeemed, answer, counts: false, kind: 'repeat' };
    }
    const request = { ...drawCustomer(target), idempotencyKey: randomUUID() };
    const redeemed = await redeem(send, request);
    if (redeemed.status === 200 && redeemed.answer !== undefined) {
      lately[place++ % REMEMBERED] = { request, redemptionId: redeemed.answer.redemptionId };
    }
    return { ...redeemed, counts: redeemed.status === 200 };
  },
};
