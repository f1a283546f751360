import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { SECONDS } from './registry.js';

const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/** What redemptions come to, as the counter names it. Other events move none. */
const OUTCOMES: Readonly<Record<string, string>> = {
  RedemptionRequested: 'requested',
  RedemptionCommitted: 'committed',
  RedemptionFailed: 'failed',
  RedemptionReleased: 'released',
  RedemptionReversed: 'reversed',
};

/** Of a written event: its type and, where its type has one, the word from a closed list that says why. */
interface WrittenEvent {
  readonly type: string;
  readonly data: object;
}

/** What a ledger tells of its groups and of what they wrote. Fits the ledger's observer. */
export class LedgerMetrics {
  readonly #registry: Registry;
  readonly #groupSize: Histogram;
  readonly #groupSeconds: Histogram;
  readonly #deferred: Counter;
  readonly #retries: Counter;
  readonly #events: Counter<'type'>;
  readonly #redemptions: Counter<'outcome' | 'reason'>;
  readonly #flags: Counter<'reason'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#registry = registry;
    this.#groupSize = new Histogram({
      name: 'holdfast_ledger_group_commands',
      help: 'Commands in one transaction of the ledger.',
      buckets: SIZES,
      registers,
    });
    this.#groupSeconds = new Histogram({
      name: 'holdfast_ledger_group_duration_seconds',
      help: 'How long one transaction of the ledger took.',
      buckets: SECONDS,
      registers,
    });
    this.#deferred = new Counter({
      name: 'holdfast_ledger_deferred_commands_total',
      help: 'Commands put back because another process held their wallet.',
      registers,
    });
    this.#retries = new Counter({
      name: 'holdfast_ledger_group_retries_total',
      help: 'Groups that were run again after a failure of the database.',
      registers,
    });
    this.#events = new Counter({
      name: 'holdfast_ledger_events_total',
      help: 'Events this process has appended, by type.',
      labelNames: ['type'],
      registers,
    });
    this.#redemptions = new Counter({
      name: 'holdfast_redemptions_total',
      help: 'What redemptions came to in this process: requested, committed, failed, released, reversed; and why.',
      labelNames: ['outcome', 'reason'],
      registers,
    });
    this.#flags = new Counter({
      name: 'holdfast_redemption_flags_total',
      help: 'Redemptions brought to a person, by reason.',
      labelNames: ['reason'],
      registers,
    });
  }

  groupDone({
    size,
    seconds,
    deferred,
  }: {
    readonly size: number;
    readonly seconds: number;
    readonly deferred: number;
  }) {
    this.#groupSize.observe(size);
    this.#groupSeconds.observe(seconds);
    if (deferred > 0) this.#deferred.inc(deferred);
  }

  groupRetried(): void {
    this.#retries.inc();
  }

  eventWritten({ type, data }: WrittenEvent): void {
    this.#events.inc({ type });
    const outcome = OUTCOMES[type];
    if (outcome !== undefined) this.#redemptions.inc({ outcome, reason: wordOf(data, outcome) });
    else if (type === 'RedemptionFlagged') this.#flags.inc({ reason: wordOf(data, type) });
  }

  /** Shows the ledger's waiting line, read when the metrics are. */
  watchWaitingLine(waiting: () => number): void {
    new Gauge({
      name: 'holdfast_ledger_waiting_commands',
      help: 'Commands that wait for a transaction of the ledger.',
      registers: [this.#registry],
      collect() {
        this.set(waiting());
      },
    });
  }
}

/** The reason or basis, both of which are words of closed lists; a reversal's own words stand elsewhere. */
function wordOf(data: object, outcome: string): string {
  if (outcome === 'committed') return 'basis' in data && typeof data.basis === 'string' ? data.basis : '';
  return 'reason' in data && typeof data.reason === 'string' ? data.reason : '';
}
