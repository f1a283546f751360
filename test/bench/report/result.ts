import type { AuditReport } from '../audit/audit-ledger.js';
import type { Counts } from '../count/count-round.js';
import type { LatencySummary } from '../load/latencies.js';
import type { LoadOutcome } from '../load/tally.js';
import type { RoundCost } from '../round-cost.js';
import type { RunProvenance } from './provenance.js';

/** One engine round and the floor round after it; rates are redemptions a second. */
export interface Round {
  readonly settledPerSecond: number;
  readonly floorPerSecond: number;
  readonly latencyMs: LatencySummary;
  readonly floorLatencyMs: LatencySummary;
  /** Of the scenario that takes turns with it; null where none does. */
  readonly besidePerSecond: number | null;
}

/** Resident memory of API and worker, in megabytes; null where the system doesn't tell. */
export interface MemoryMb {
  readonly api: number | null;
  readonly worker: number | null;
  readonly together: number | null;
}

/** What every run under load prints with `--json`, besides what is its own. */
export interface AnyResult extends RunProvenance {
  readonly scenario: string;
  readonly audit: AuditReport;
}

/** What `--json` prints of a scenario. Rates and the ratio at the top are medians over the rounds. */
export interface BenchResult extends AnyResult {
  /** Of what the scenario counts: redemptions settled, or accepted where callers don't wait. */
  readonly settledPerSecond: number;
  readonly floorPerSecond: number;
  readonly ratio: number;
  /** The floor's calls by pgbench; null where it isn't installed. */
  readonly pgbenchPerSecond: number | null;
  /** The lowest and the highest round's ratio. */
  readonly ratioSpread: readonly [number, number];
  /** Another scenario's rate on the same engine, in turns with this one's, and this one's to it; null where there is none. */
  readonly beside: { readonly scenario: string; readonly settledPerSecond: number; readonly ratio: number } | null;
  /** Arrivals a second of an open loop; null: callers wait for their answers. */
  readonly perSecond: number | null;
  readonly warmUpSeconds: number;
  readonly wallets: number;
  readonly connections: number;
  readonly floorConnections: number;
  readonly rounds: readonly Round[];
  /** Of all rounds together: of a closed loop's callers, or of an open loop's arrivals from the moment they were due. */
  readonly latencyMs: LatencySummary;
  /** Of other calls, by what they were. */
  readonly otherLatencyMs: Readonly<Record<string, LatencySummary>>;
  readonly floorLatencyMs: LatencySummary;
  readonly statuses: LoadOutcome['statuses'];
  /** Answers other than 2xx. */
  readonly non2xx: number;
  readonly errors: LoadOutcome['errors'];
  readonly errorsTotal: number;
  readonly memoryMb: { readonly idle: MemoryMb; readonly afterLoad: MemoryMb };
  readonly costPerRedemption: RoundCost;
  readonly floorCostPerRedemption: RoundCost;
  /** Statements, round trips, transactions, groups and jobs, from a round of its own; null when it was left out. */
  readonly counts: Counts | null;
  readonly postgresSettings: Readonly<Record<string, string>>;
}
