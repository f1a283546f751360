import { Pool } from 'undici';
import { takeRandom } from '#platform';
import type { ProviderCall, ProviderCondition, ProviderSurroundings } from '../provider-kind.js';
import type { CallLimits, VoucherKey } from '../voucher-provider.js';
import { CallGate, type GateTuning } from './call-gate.js';
import { exchange, type Exchange } from './exchange.js';
import { createConnector, type Resolve } from './outgoing-connector.js';

/** As many as one worker has jobs of one provider in hand, with room for more. */
const CONCURRENCY_UNSET = 64;
/** Of a call's time: what may pass before it is written. What starts later would mostly end unknown, which is worse than not sent. */
const START_BY = 1 / 2;
const CONNECT_BY = 1 / 3;
const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;

/** What tests set otherwise. */
export interface OutgoingTuning {
  readonly gate?: GateTuning;
  readonly resolve?: Resolve;
}

export interface LineSettings {
  readonly timeoutMs: number;
  readonly concurrency?: number | undefined;
  /** Where calls go: `scheme://host:port` of each address. */
  readonly origins: readonly string[];
}

/** One call of a provider kind's own contract, and how its answers read. */
export interface OutgoingCall<Outcome> {
  readonly call: ProviderCall['call'];
  readonly key: VoucherKey;
  readonly limits: CallLimits;
  readonly method: 'GET' | 'POST';
  readonly origin: string;
  readonly path: string;
  /** The kind's own, names in lower case; those that every call has are added. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly outcomeOf: (exchange: Exchange) => Outcome;
}

/**
 * How every kind of provider that is reached over HTTP is called: one pool of connections an address, one breaker and one bound for all
 * of them, the deadline, the trace. Every request is sent at most once; what it came to is told exactly: `not_sent` only where nothing
 * of it was handed to a connection.
 */
export class OutgoingLine {
  readonly #timeoutMs: number;
  readonly #pools: ReadonlyMap<string, Pool>;
  readonly #gate: CallGate;
  readonly #surroundings: ProviderSurroundings;

  constructor(
    { timeoutMs, concurrency = CONCURRENCY_UNSET, origins }: LineSettings,
    surroundings: ProviderSurroundings,
    tuning: OutgoingTuning = {},
  ) {
    this.#timeoutMs = timeoutMs;
    this.#surroundings = surroundings;
    this.#gate = new CallGate(concurrency, tuning.gate);
    const connect = createConnector({
      allowPrivate: surroundings.allowPrivate === true,
      connectTimeoutMs: Math.ceil(timeoutMs * CONNECT_BY),
      ...(tuning.resolve === undefined ? {} : { resolve: tuning.resolve }),
    });
    // As many connections as the gate lets through, so that nothing ever waits inside a pool.
    const options = { connections: concurrency, pipelining: 1, headersTimeout: 0, bodyTimeout: 0, connect };
    this.#pools = new Map([...new Set(origins)].map((origin) => [origin, new Pool(origin, options)]));
  }

  get condition(): ProviderCondition {
    const { state: breaker, isShut, inFlight, waiting } = this.#gate;
    return { breaker, isShut, inFlight, waiting };
  }

  async call<Outcome extends { readonly kind: ProviderCall['outcome'] }>(
    outgoing: OutgoingCall<Outcome>,
  ): Promise<Outcome> {
    const { limits, origin, method, path, body } = outgoing;
    const pool = this.#pools.get(origin);
    if (pool === undefined) throw new TypeError('A call goes to an address that the line was not opened with.');
    const startedMs = performance.now();
    const request = { method, path, headers: headersOf(outgoing), body };
    const deadlineMs = Math.min(limits.deadlineMs, startedMs + this.#timeoutMs);
    const startByMs = startedMs + (deadlineMs - startedMs) * START_BY;
    const { signal } = limits;
    const done = await this.#gate.pass(
      (mayStart) => exchange(pool, request, { startByMs, deadlineMs, signal, mayStart }),
      startByMs,
    );
    const outcome = outgoing.outcomeOf(done);
    this.#tell(outgoing, outcome.kind, done, startedMs);
    return outcome;
  }

  /** Lets the calls under way end. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }

  #tell(
    { call, key }: Pick<OutgoingCall<unknown>, 'call' | 'key'>,
    outcome: ProviderCall['outcome'],
    done: Exchange,
    startedMs: number,
  ): void {
    this.#surroundings.onCall?.({
      companyId: key.companyId,
      provider: this.#surroundings.name ?? '',
      call,
      outcome,
      cause: done.kind === 'answered' ? `status_${done.status}` : done.cause,
      redemptionId: key.redemptionId,
      durationMs: performance.now() - startedMs,
    });
  }
}

function headersOf({ key, limits, headers, body }: OutgoingCall<unknown>): Record<string, string> {
  const traceId = limits.traceId !== undefined && TRACE_ID.test(limits.traceId) ? limits.traceId : randomHex(16);
  return {
    ...headers,
    accept: 'application/json',
    'idempotency-key': key.providerKey,
    // W3C Trace Context; the call is a span of its own.
    traceparent: `00-${traceId}-${limits.spanId ?? randomHex(8)}-01`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
}

function randomHex(bytes: number): string {
  return takeRandom(bytes).toString('hex');
}
