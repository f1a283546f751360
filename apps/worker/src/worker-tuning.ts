/** How the worker paces itself. All times are milliseconds. */
export interface WorkerTuning {
  /** How often the relay looks for due work that no notification told it of. */
  readonly pollMs: number;
  /** How long a handed-over redemption is left to the queue before it counts as due again. */
  readonly leaseMs: number;
  /** The most due rows taken in one statement. */
  readonly claimMax: number;
  /** The most redemptions in one job of the queue `local`. */
  readonly jobRedemptionsMax: number;
  /** The most redemptions in one job of a provider's queue; where it has a rate limit jobs carry one, so that it counts calls. */
  readonly providerJobRedemptionsMax: number;
  /** Jobs of the queue `local` that one worker has in hand at once. */
  readonly localConcurrency: number;
  /** Redemptions of one provider's queue that one worker has in hand at once, where its configuration doesn't say. */
  readonly providerConcurrency: number;
  /** Queues of providers that one worker opens while the queue is in PostgreSQL, at up to seven connections each. */
  readonly postgresProviderQueuesMax: number;
  /** Waiting redemptions above which the relay takes no more: what waits in the queue has a lease that runs. */
  readonly backlogMax: number;
  /** Leases that may run out before a redemption is performed without the queue. */
  readonly queuedTriesMax: number;
  /** How long a queue whose jobs never come back is trusted. */
  readonly queueStallMs: number;
  /** Longest wait for the queue to take jobs. */
  readonly handOverMs: number;
  /** Time without progress, although work is due, after which the process gives up. */
  readonly watchdogMs: number;
  /** How long the jobs in hand may take to finish when the worker stops. */
  readonly drainMs: number;
  /** The first pause after a provider's call, find or cancellation came to nothing; it doubles from there. */
  readonly firstPauseMs: number;
  /** When an unanswered cancellation is brought to a person: after this many tries and this long. */
  readonly flagTries: number;
  readonly flagAfterMs: number;
  /** How often orders and refunds that were cut off are looked for, and how old they are then at least. */
  readonly orderSweepMs: number;
  readonly orderCutOffMs: number;
}

export const WORKER_TUNING: WorkerTuning = Object.freeze({
  pollMs: 500,
  leaseMs: 5_000,
  claimMax: 400,
  jobRedemptionsMax: 50,
  providerJobRedemptionsMax: 20,
  localConcurrency: 12,
  providerConcurrency: 25,
  postgresProviderQueuesMax: 4,
  backlogMax: 2_500,
  queuedTriesMax: 3,
  queueStallMs: 15_000,
  handOverMs: 2_000,
  watchdogMs: 60_000,
  drainMs: 8_000,
  firstPauseMs: 500,
  flagTries: 6,
  flagAfterMs: 30_000,
  orderSweepMs: 5_000,
  orderCutOffMs: 15_000,
});
