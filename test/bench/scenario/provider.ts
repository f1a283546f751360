import { redeemOnce } from './redeem.js';
import type { Scenario } from './scenario.js';

/**
 * Every voucher comes from a service outside that takes 20 ms and never answers one call in a hundred, although it did what it was asked. Callers
 * are so many that their waiting bounds nobody: 256 of them, 30 ms a call on average, are 8,500 calls a second.
 */
export const provider: Scenario = {
  name: 'provider',
  wallets: 100_000,
  connections: 256,
  provider: { latencyMs: 20, timeoutShare: 0.01, timeoutMs: 1_000, concurrency: 256 },
  attempt: redeemOnce,
};
