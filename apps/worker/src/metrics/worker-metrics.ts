import { Counter, Gauge, Histogram } from 'prom-client';
import type { CheckpointAge, LedgerObserver } from '#ledger';
import { createRegistry, LedgerMetrics, SECONDS } from '#platform/metrics';
import type { BreakerState, OpenedProvider, ProviderCall } from '#vouchers';
import type { StepObserver } from '../processor/saga-context.js';
import type { CountName, WorkerCounts } from '../worker-counts.js';

const BREAKERS: readonly BreakerState[] = ['closed', 'half_open', 'open'];

const COUNTS: readonly { readonly name: string; readonly help: string; readonly count: CountName }[] = [
  { name: 'claimed_redemptions', help: 'Due redemptions the relay has taken.', count: 'redemptionsClaimed' },
  { name: 'jobs_handed_over', help: 'Jobs the queue has accepted from this worker.', count: 'jobsHandedOver' },
  { name: 'jobs_processed', help: 'Jobs that came to this worker through the queue.', count: 'jobsProcessed' },
  { name: 'lost_redemptions', help: 'Redemptions the queue took and did not bring back.', count: 'redemptionsLost' },
  { name: 'troubles', help: 'Looks at redemptions that failed; they are due again later.', count: 'troubles' },
];

export interface WatchedWorker {
  readonly counts: WorkerCounts;
  readonly conditions: () => readonly OpenedProvider[];
  readonly overdueMs: () => Promise<number>;
  readonly waitingCommands: () => number;
  /** Undefined in a worker that seals nothing. */
  readonly checkpointAge: (() => Promise<CheckpointAge>) | undefined;
}

/** What a worker measures of itself. Providers are told apart in the log: as labels they would grow with every company. */
export class WorkerMetrics {
  readonly #registry = createRegistry();
  readonly #ledger = new LedgerMetrics(this.#registry);
  readonly #steps = new Histogram({
    name: 'holdfast_saga_step_duration_seconds',
    help: 'How long a step of a redemption took, and whether it moved it on.',
    labelNames: ['step', 'result'],
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #calls = new Counter({
    name: 'holdfast_provider_calls_total',
    help: 'Calls to voucher providers, by call and outcome.',
    labelNames: ['call', 'outcome'],
    registers: [this.#registry],
  });
  readonly #callSeconds = new Histogram({
    name: 'holdfast_provider_call_duration_seconds',
    help: 'How long calls to voucher providers took, waiting for a free connection included.',
    labelNames: ['call'],
    buckets: SECONDS,
    registers: [this.#registry],
  });

  readonly ledgerObserver: LedgerObserver = {
    groupDone: (group) => {
      this.#ledger.groupDone(group);
    },
    groupRetried: () => {
      this.#ledger.groupRetried();
    },
    eventWritten: (event) => {
      this.#ledger.eventWritten(event);
    },
  };

  readonly stepDone: StepObserver = (step, result, seconds) => {
    this.#steps.labels(step, result).observe(seconds);
  };

  readonly providerCalled = ({ call, outcome, durationMs }: ProviderCall): void => {
    this.#calls.inc({ call, outcome });
    this.#callSeconds.labels(call).observe(durationMs / 1_000);
  };

  /** Shows what a worker knows of itself, read when the metrics are. */
  watch({ counts, conditions, overdueMs, waitingCommands, checkpointAge }: WatchedWorker): void {
    this.#ledger.watchWaitingLine(waitingCommands);
    this.#watchCounts(counts);
    this.#watchProviders(conditions);
    if (checkpointAge !== undefined) this.#watchCheckpoints(checkpointAge);
    new Gauge({
      name: 'holdfast_due_work_overdue_seconds',
      help: 'How long the oldest work that is due has waited to be taken up.',
      registers: [this.#registry],
      async collect() {
        // Where the database can't be asked the value stays; the worker's readiness says so.
        await overdueMs().then(
          (ms) => {
            this.set(ms / 1_000);
          },
          () => undefined,
        );
      },
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #watchCounts(counts: WorkerCounts): void {
    const registers = [this.#registry];
    for (const { name, help, count } of COUNTS) {
      new Counter({
        name: `holdfast_worker_${name}_total`,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(counts[count]);
        },
      });
    }
    new Counter({
      name: 'holdfast_worker_redemptions_total',
      help: 'Redemptions looked at, by the way they came: through the queue, or directly from the database.',
      labelNames: ['via'],
      registers,
      collect() {
        this.reset();
        this.inc({ via: 'queue' }, counts.redemptionsFromQueue);
        this.inc({ via: 'direct' }, counts.redemptionsDirect);
      },
    });
    new Gauge({
      name: 'holdfast_worker_seconds_since_progress',
      help: 'How long ago this worker last looked at a redemption to the end.',
      registers,
      collect() {
        this.set((performance.now() - counts.lastProgressMs) / 1_000);
      },
    });
  }

  /** Both gauges are shown from one look. */
  #watchCheckpoints(checkpointAge: () => Promise<CheckpointAge>): void {
    const registers = [this.#registry];
    let looking: Promise<CheckpointAge | undefined> | undefined;
    const look = (): Promise<CheckpointAge | undefined> =>
      (looking ??= checkpointAge()
        .catch(() => undefined)
        .finally(() => (looking = undefined)));
    new Gauge({
      name: 'holdfast_checkpoint_age_seconds',
      help: 'How long ago the ledger was last sealed; nothing is shown before the first time.',
      registers,
      async collect() {
        const found = await look();
        if (found === undefined) return;
        if (found.ageSeconds === undefined) this.remove();
        else this.set(found.ageSeconds);
      },
    });
    new Gauge({
      name: 'holdfast_checkpoint_overdue_seconds',
      help: 'How long a checkpoint has been due; 0 where none is, because of the interval or because nothing was written.',
      registers,
      async collect() {
        const found = await look();
        if (found !== undefined) this.set(found.overdueSeconds);
      },
    });
  }

  #watchProviders(conditions: WatchedWorker['conditions']): void {
    const registers = [this.#registry];
    new Gauge({
      name: 'holdfast_provider_breakers',
      help: 'Providers this worker has open, by the state of their breaker.',
      labelNames: ['state'],
      registers,
      collect() {
        const states = conditions().map(({ condition }) => condition.breaker);
        for (const state of BREAKERS) this.set({ state }, states.filter((one) => one === state).length);
      },
    });
    new Gauge({
      name: 'holdfast_provider_calls_in_hand',
      help: 'Calls to providers under way, and waiting for their turn.',
      labelNames: ['state'],
      registers,
      collect() {
        const all = conditions().map(({ condition }) => condition);
        this.set(
          { state: 'under_way' },
          all.reduce((sum, { inFlight }) => sum + inFlight, 0),
        );
        this.set(
          { state: 'waiting' },
          all.reduce((sum, { waiting }) => sum + waiting, 0),
        );
      },
    });
  }
}
