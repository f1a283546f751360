import { randomUUID } from 'node:crypto';

import { drawCustomer, redeem } from './redeem.js';
import type { Scenario } from './scenario.js';

/**
 * Callers that don't wait: what counts is that a redemption is durably accepted (202). The worker settles beside it, as far as it gets, and the
 * rest after the round; the audit sees to it that each of them did settle.
 */
export const accept: Scenario = {
  name: 'accept',
  wallets: 100_000,
  connections: 100,
  async attempt(send, target) {
    const request = { ...drawCustomer(target), idempotencyKey: randomUUID(), prefer: 'respond-async' };
    const redeemed = await redeem(send, request);
    // Where the worker was faster than the answer it is 200.
    return { ...redeemed, counts: redeemed.answer !== undefined };
  },
};
