import { Counter, Gauge, Histogram } from 'prom-client';
import type { LedgerObserver } from '#ledger';
import { createRegistry, LedgerMetrics, SECONDS, StateMetrics, type StateFigures } from '#platform/metrics';
import { recordGroup, recordRequest, type Tracer } from '#platform/tracing';

/** What the API measures of itself, and how everything stands in the database. */
export class Metrics {
  readonly #registry = createRegistry();
  readonly #ledger = new LedgerMetrics(this.#registry);
  readonly #requests = new Histogram({
    name: 'holdfast_http_request_duration_seconds',
    help: 'How long requests took, from their first byte to the last of the answer, by route and class of status.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [this.#registry],
  });

  /** @param tracer is told of the ledger's groups, too. */
  constructor(private readonly tracer?: Tracer) {}

  /** What the ledger tells of its groups and events. */
  readonly ledgerObserver: LedgerObserver = {
    groupDone: (group) => {
      this.#ledger.groupDone(group);
      if (this.tracer !== undefined) recordGroup(this.tracer, group);
    },
    groupRetried: () => {
      this.#ledger.groupRetried();
    },
    eventWritten: (event) => {
      this.#ledger.eventWritten(event);
      if (this.tracer !== undefined && event.type === 'RedemptionRequested') {
        recordRequest(this.tracer, event.traceId, event.data.redemptionId);
      }
    },
  };

  /** Shows the ledger's waiting line, read when the metrics are. */
  watchWaitingLine(waiting: () => number): void {
    this.#ledger.watchWaitingLine(waiting);
  }

  /** Shows what is in hand and what was refused for want of room. */
  watchAdmission(admission: { readonly inHand: number; readonly refused: number }): void {
    const registers = [this.#registry];
    new Gauge({
      name: 'holdfast_http_requests_in_hand',
      help: 'Calls that were taken and are not answered yet.',
      registers,
      collect() {
        this.set(admission.inHand);
      },
    });
    new Counter({
      name: 'holdfast_http_requests_refused_total',
      help: 'Calls refused with 503 at once, because they would have waited too long.',
      registers,
      collect() {
        this.reset();
        this.inc(admission.refused);
      },
    });
  }

  /** Shows how everything stands, read from the database when the metrics are, with a short memory. */
  watchState(read: () => Promise<StateFigures>): void {
    new StateMetrics(this.#registry, read);
  }

  /** @param route as it was registered, with its parameters' names. */
  requestDone(method: string, route: string, status: number, seconds: number): void {
    this.#requests.labels(method, route, `${Math.trunc(status / 100)}xx`).observe(seconds);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
