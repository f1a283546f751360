/** What this worker has done since it started. Read by the metrics, by the watchdog, and by the tests that prove the way a job went. */
export class WorkerCounts {
  /** Due rows taken by the relay. */
  redemptionsClaimed = 0;
  /** Jobs the queue has accepted from this worker. */
  jobsHandedOver = 0;
  /** Jobs that came to this worker through the queue. */
  jobsProcessed = 0;
  /** Redemptions that were looked at, by the way they came. */
  redemptionsFromQueue = 0;
  redemptionsDirect = 0;
  /** Redemptions that a queue in good health was given and did not bring back, again and again. */
  redemptionsLost = 0;
  /** Looks that failed: the redemption stays as it was and is due again later. */
  troubles = 0;
  /** On the monotonic clock: when a redemption was last looked at to the end. */
  lastProgressMs = performance.now();

  snapshot(): Readonly<Record<CountName, number>> {
    const { lastProgressMs: _, ...counts } = this as Omit<WorkerCounts, 'snapshot'>;
    return counts;
  }
}

export type CountName = Exclude<keyof WorkerCounts, 'lastProgressMs' | 'snapshot'>;
