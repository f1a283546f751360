/** How a worker is, for whoever runs it. `degraded`: it works, without the queue or behind time. */
export interface WorkerHealth {
  readonly status: 'ok' | 'degraded' | 'unavailable';
  readonly checks: {
    readonly database: 'ok' | 'unreachable';
    readonly queue: 'ok' | 'unreachable';
    /** `late`: due work has waited for more than ten seconds. */
    readonly work: 'ok' | 'late' | 'unknown';
  };
}

const LATE_MS = 10_000;

export interface HealthSources {
  readonly overdueMs: () => Promise<number>;
  /** Resolves when the queue answers. */
  readonly pingQueue: () => Promise<void>;
}

export async function workerHealth({ overdueMs, pingQueue }: HealthSources): Promise<WorkerHealth> {
  const [overdue, queue] = await Promise.all([
    overdueMs().catch(() => undefined),
    pingQueue().then(
      () => 'ok' as const,
      () => 'unreachable' as const,
    ),
  ]);
  if (overdue === undefined) {
    return { status: 'unavailable', checks: { database: 'unreachable', queue, work: 'unknown' } };
  }
  const work = overdue > LATE_MS ? 'late' : 'ok';
  const status = work === 'ok' && queue === 'ok' ? 'ok' : 'degraded';
  return { status, checks: { database: 'ok', queue, work } };
}
