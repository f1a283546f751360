import { randomInt, randomUUID } from 'node:crypto';

import type { Send } from '../load/http-connection.js';
import { delayed } from './delayed.js';
import { drawCustomer, redeemOnce } from './redeem.js';
import { repeats } from './repeats.js';
import { CUSTOMERS, type Attempt, type Scenario, type Target } from './scenario.js';

/**
 * What a shop does all day: of a hundred calls 40 redeem, 10 redeem and send the order, 10 may be repeats, 20 read the wallet, 5 the history,
 * 15 earn. What counts are redemptions that settled.
 */
export const mixed: Scenario = {
  name: 'mixed',
  wallets: 100_000,
  connections: 100,
  earns: true,
  attempt(send, target) {
    const dice = randomInt(100);
    if (dice < 40) return redeemOnce(send, target);
    if (dice < 50) return delayed.attempt(send, target);
    if (dice < 60) return repeats.attempt(send, target);
    if (dice < 80) return readWallet(send, target);
    if (dice < 85) return read(send, target, 'history?limit=20', 'history');
    return earn(send, target);
  },
};

/** `GET wallet` of a customer drawn at random. */
export function readWallet(send: Send, target: Target): Promise<Attempt> {
  return read(send, target, 'wallet', 'wallet');
}

async function read(send: Send, target: Target, what: string, kind: string): Promise<Attempt> {
  const { apiKey, customerId } = drawCustomer(target);
  const path = `${CUSTOMERS}/${customerId}/${what}`;
  const { status, retryAfter } = await send({ method: 'GET', path, headers: { 'x-api-key': apiKey } });
  return { status, retryAfter, counts: false, kind };
}

async function earn(send: Send, target: Target): Promise<Attempt> {
  const { apiKey, customerId } = drawCustomer(target);
  const { status, retryAfter } = await send({
    method: 'POST',
    path: `${CUSTOMERS}/${customerId}/points/earn`,
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    body: `{"points":5,"idempotencyKey":"${randomUUID()}"}`,
  });
  return { status, retryAfter, counts: false, kind: 'earn' };
}
