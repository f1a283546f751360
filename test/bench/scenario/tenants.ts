import { redeemOnce } from './redeem.js';
import type { Scenario } from './scenario.js';

/** The same load over a thousand companies: what is kept for each company is asked for a thousand times. Measured beside `spread`. */
export const tenants: Scenario = {
  name: 'tenants',
  wallets: 100_000,
  connections: 100,
  companies: 1_000,
  beside: 'spread',
  attempt: redeemOnce,
};
