import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { LedgerObserver } from '#ledger';

const SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/** What the program measures of itself. Labels never hold an id, a key or a code. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Histogram({
    name: 'holdfast_http_request_duration_seconds',
    help: 'How long requests took, from their first byte to the last of the answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #groupSize = new Histogram({
    name: 'holdfast_ledger_group_commands',
    help: 'Commands in one transaction of the ledger.',
    buckets: SIZES,
    registers: [this.#registry],
  });
  readonly #groupSeconds = new Histogram({
    name: 'holdfast_ledger_group_duration_seconds',
    help: 'How long one transaction of the ledger took.',
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #deferred = new Counter({
    name: 'holdfast_ledger_deferred_commands_total',
    help: 'Commands put back because another process held their wallet.',
    registers: [this.#registry],
  });
  readonly #retries = new Counter({
    name: 'holdfast_ledger_group_retries_total',
    help: 'Groups that were run again after a failure of the database.',
    registers: [this.#registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** What the ledger tells of its groups. */
  readonly ledgerObserver: LedgerObserver = {
    groupDone: ({ size, seconds, deferred }) => {
      this.#groupSize.observe(size);
      this.#groupSeconds.observe(seconds);
      if (deferred > 0) this.#deferred.inc(deferred);
    },
    groupRetried: () => this.#retries.inc(),
  };

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

  requestDone(method: string, route: string, status: number, seconds: number): void {
    this.#requests.labels(method, route, String(status)).observe(seconds);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
