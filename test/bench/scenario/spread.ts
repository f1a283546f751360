import { redeemOnce } from './redeem.js';
import type { Scenario } from './scenario.js';

/** Redemptions spread evenly over many wallets: hardly two at a time meet in one. */
export const spread: Scenario = {
  name: 'spread',
  wallets: 100_000,
  connections: 100,
  attempt: redeemOnce,
};
