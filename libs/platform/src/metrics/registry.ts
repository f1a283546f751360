import { collectDefaultMetrics, Registry } from 'prom-client';

/** Bounds of durations, in seconds. */
export const SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * A process's own registry, with what Node.js tells of itself. Every metric of ours begins with `holdfast_`; no label ever holds an id, a
 * key, a code or a name that a company chose, so that their number does not grow with use.
 */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
