import { randomInt } from 'node:crypto';

import { readWallet } from './mixed.js';
import { redeemOnce } from './redeem.js';
import type { Scenario } from './scenario.js';

/** For each redemption a look at a wallet: what a reader notices while others redeem. */
export const halfReads: Scenario = {
  name: 'half-reads',
  wallets: 100_000,
  connections: 100,
  attempt: (send, target) => (randomInt(2) === 0 ? redeemOnce(send, target) : readWallet(send, target)),
};
