import { redeemOnce } from './redeem-once.js';
import type { Scenario } from './scenario.js';

/** Redemptions spread evenly over many wallets: hardly two at a time meet in one. */
export const spread: Scenario = {
  name: 'spread',
  wallets: 10_000,
  connections: 100,
  attempt: redeemOnce,
};
