import { redeemOnce } from './redeem.js';
import type { Scenario } from './scenario.js';

/** Everybody redeems from the same two wallets: every group meets in them. Measured beside `spread`, on the same engine. */
export const hot: Scenario = {
  name: 'hot',
  wallets: 2,
  connections: 100,
  beside: 'spread',
  attempt: redeemOnce,
};
