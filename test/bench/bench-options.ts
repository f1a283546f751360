import type { Scenario } from './scenario/scenario.js';

/** What the command line says, or what holds where it says nothing. */
export interface BenchOptions {
  /** What is asked for: a scenario's name, or a study's. */
  readonly name: string;
  /** The load. */
  readonly scenario: Scenario;
  /** How long the engine is measured, over all rounds; the floor is measured as long. */
  readonly seconds: number;
  /** Odd, so that one round is the median. */
  readonly rounds: number;
  /** How long each side runs before anything is measured. */
  readonly warmUpSeconds: number;
  readonly wallets: number;
  readonly connections: number;
  /** Set: arrivals a second in an open loop, instead of callers that wait for their answers. */
  readonly perSecond: number | undefined;
  /** Set: the highest rate is looked for at which the 99th percentile stays under so many milliseconds. */
  readonly p99Ms: number | undefined;
  /** Whether a round is added in which statements and round trips are counted. */
  readonly count: boolean;
  /** Whether the benchmark starts a Redis of its own for the queue. */
  readonly ownRedis: boolean;
  readonly json: boolean;
  /** Whether the result is kept in docs/benchmarks/results.json. */
  readonly save: boolean;
  /** Of the soak: how long it goes on. */
  readonly minutes: number;
  /** Of the study of growth: how many events the ledger has before. */
  readonly events: number;
}
