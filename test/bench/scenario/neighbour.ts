import { redeemOnce } from './redeem-once.js';
import type { Scenario } from './scenario.js';

/**
 * A healthy provider, alone and then beside one that takes five seconds for each call, in one worker. Callers of the healthy one are few, so
 * that the machine has time to spare: it is about waiting for the neighbour, not about sharing a processor with it.
 */
export const neighbour: Scenario = {
  name: 'neighbour',
  wallets: 1_000,
  connections: 8,
  provider: { latencyMs: 20, timeoutShare: 0, timeoutMs: 5_000 },
  beside: { latencyMs: 5_000, timeoutShare: 0, timeoutMs: 10_000 },
  attempt: redeemOnce,
};
