/** Imported as `#platform/metrics` by the programs that show metrics. */
export { LedgerMetrics } from './ledger-metrics.js';
export { createRegistry, SECONDS } from './registry.js';
export { StateMetrics, type StateFigures } from './state-metrics.js';
