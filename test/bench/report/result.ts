import type { AuditReport } from '../audit/audit-ledger.js';
import type { LatencySummary } from '../load/latencies.js';
import type { LoadOutcome } from '../load/tally.js';
import type { RoundCost } from '../round-cost.js';
import type { Machine } from './machine.js';

/** One engine round and the floor round after it; rates are redemptions a second. */
export interface Round {
  readonly settledPerSecond: number;
  readonly floorPerSecond: number;
  readonly latencyMs: LatencySummary;
  readonly floorLatencyMs: LatencySummary;
}

/** Resident memory of API and worker, in megabytes; null where the system doesn't tell. */
export interface MemoryMb {
  readonly api: number | null;
  readonly worker: number | null;
  readonly together: number | null;
}

/** What `--json` prints. Rates and the ratio at the top are medians over the rounds. */
export interface BenchResult {
  readonly scenario: string;
  readonly settledPerSecond: number;
  readonly floorPerSecond: number;
  readonly ratio: number;
  /** The floor's calls by pgbench; null where it isn't installed. */
  readonly pgbenchPerSecond: number | null;
  readonly queue: 'postgres' | 'redis';
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly wallets: number;
  readonly connections: number;
  readonly floorConnections: number;
  readonly rounds: readonly Round[];
  /** Of all rounds together, as a closed loop sees them. */
  readonly latencyMs: LatencySummary;
  readonly floorLatencyMs: LatencySummary;
  readonly statuses: LoadOutcome['statuses'];
  /** Answers other than 2xx. */
  readonly non2xx: number;
  readonly errors: LoadOutcome['errors'];
  readonly errorsTotal: number;
  readonly memoryMb: { readonly idle: MemoryMb; readonly afterLoad: MemoryMb };
  readonly costPerRedemption: RoundCost;
  readonly floorCostPerRedemption: RoundCost;
  readonly audit: AuditReport;
  readonly machine: Machine;
  readonly postgresSettings: Readonly<Record<string, string>>;
  readonly at: string;
}
