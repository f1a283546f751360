import { Pool } from 'undici';
import { formatInstant } from '#domain';
import { takeRandom } from '#platform';
import type { ProviderCall, ProviderCondition, ProviderSurroundings } from '../provider-kind.js';
import type {
  CallLimits,
  CancelOutcome,
  FindOutcome,
  IssueOutcome,
  VoucherKey,
  VoucherProvider,
  VoucherRequest,
} from '../voucher-provider.js';
import { CallGate, type GateTuning } from './call-gate.js';
import { exchange, type Exchange, type OutgoingRequest } from './exchange.js';
import { cancelOutcome, findOutcome, issueOutcome } from './http-answers.js';
import type { HttpConfig } from './http-config.js';
import { createConnector, type Resolve } from './outgoing-connector.js';

/** As many as one worker has jobs of one provider in hand, with room for more. */
const CONCURRENCY_UNSET = 64;
/** Of a call's time: what may pass before it is written. What starts later would mostly end unknown, which is worse than not sent. */
const START_BY = 1 / 2;
const CONNECT_BY = 1 / 3;
const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;

/** What tests set otherwise. */
export interface HttpProviderTuning {
  readonly gate?: GateTuning;
  readonly resolve?: Resolve;
}

type CallName = ProviderCall['call'];

/**
 * A service that speaks the `http` contract (design §5), over one pool of connections. Every request is sent at most once; what it came
 * to is told exactly: `not_sent` only where nothing of it was handed to a connection.
 */
export class HttpProvider implements VoucherProvider {
  readonly #config: HttpConfig;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #path: string;
  readonly #pool: Pool;
  readonly #gate: CallGate;
  readonly #surroundings: ProviderSurroundings;

  /** @param headers the configured ones, in the clear. */
  constructor(
    config: HttpConfig,
    headers: Readonly<Record<string, string>>,
    surroundings: ProviderSurroundings,
    tuning: HttpProviderTuning = {},
  ) {
    const { timeoutMs, concurrency = CONCURRENCY_UNSET } = config;
    const { origin, pathname } = new URL(config.baseUrl);
    this.#config = config;
    this.#headers = headers;
    this.#surroundings = surroundings;
    this.#path = `${pathname.replace(/\/+$/, '')}/vouchers`;
    this.#gate = new CallGate(concurrency, tuning.gate);
    this.#pool = new Pool(origin, {
      // As many as the gate lets through, so that nothing ever waits inside the pool.
      connections: concurrency,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: createConnector({
        allowPrivate: surroundings.allowPrivate === true,
        connectTimeoutMs: Math.ceil(timeoutMs * CONNECT_BY),
        ...(tuning.resolve === undefined ? {} : { resolve: tuning.resolve }),
      }),
    });
  }

  get condition(): ProviderCondition {
    const { state: breaker, isShut, inFlight, waiting } = this.#gate;
    return { breaker, isShut, inFlight, waiting };
  }

  async issue(request: VoucherRequest, limits: CallLimits): Promise<IssueOutcome> {
    const outgoing = { method: 'POST', path: this.#path, body: issueBody(request) } as const;
    return this.#call('issue', request, limits, outgoing, issueOutcome);
  }

  async find(key: VoucherKey, limits: CallLimits): Promise<FindOutcome> {
    if (!this.#config.canLookup) return { kind: 'unknown' };
    const outgoing = { method: 'GET', path: this.#pathOf(key), body: undefined } as const;
    return this.#call('find', key, limits, outgoing, findOutcome);
  }

  async cancel(key: VoucherKey, limits: CallLimits): Promise<CancelOutcome> {
    if (!this.#config.canCancel) return { kind: 'unknown' };
    const outgoing = { method: 'POST', path: `${this.#pathOf(key)}/cancel`, body: '{}' } as const;
    return this.#call('cancel', key, limits, outgoing, cancelOutcome);
  }

  /** Lets the calls under way end. */
  async close(): Promise<void> {
    await this.#pool.close();
  }

  #pathOf({ providerKey }: VoucherKey): string {
    return `${this.#path}/${encodeURIComponent(providerKey)}`;
  }

  async #call<Outcome extends { readonly kind: ProviderCall['outcome'] | 'issued' }>(
    call: CallName,
    key: VoucherKey,
    limits: CallLimits,
    outgoing: Omit<OutgoingRequest, 'headers'>,
    outcomeOf: (exchange: Exchange) => Outcome,
  ): Promise<Outcome> {
    const startedMs = performance.now();
    const request = { ...outgoing, headers: this.#headersOf(key, limits, outgoing.body) };
    const deadlineMs = Math.min(limits.deadlineMs, startedMs + this.#config.timeoutMs);
    const startByMs = startedMs + (deadlineMs - startedMs) * START_BY;
    const { signal } = limits;
    const done = await this.#gate.pass(
      (mayStart) => exchange(this.#pool, request, { startByMs, deadlineMs, signal, mayStart }),
      startByMs,
    );
    const outcome = outcomeOf(done);
    this.#tell(call, key, outcome.kind, done, startedMs);
    return outcome;
  }

  #headersOf(key: VoucherKey, limits: CallLimits, body: string | undefined): Record<string, string> {
    const traceId = limits.traceId !== undefined && TRACE_ID.test(limits.traceId) ? limits.traceId : randomHex(16);
    return {
      ...this.#headers,
      accept: 'application/json',
      'idempotency-key': key.providerKey,
      // W3C Trace Context; the call is a span of its own.
      traceparent: `00-${traceId}-${limits.spanId ?? randomHex(8)}-01`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
  }

  #tell(call: CallName, key: VoucherKey, outcome: ProviderCall['outcome'], done: Exchange, startedMs: number): void {
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

/** Points are a decimal string: JSON's numbers end at 2⁵³. What is absent is left out. */
function issueBody(request: VoucherRequest): string {
  const { redemptionId, companyId, customerId, rewardOptionId, rewardName, points, currency, expiresAt, metadata } =
    request;
  return JSON.stringify({
    redemptionId,
    companyId,
    customerId,
    rewardOptionId,
    rewardName,
    points: points.toString(),
    currency,
    expiresAt: expiresAt === undefined ? undefined : formatInstant(expiresAt),
    metadata,
  });
}

function randomHex(bytes: number): string {
  return takeRandom(bytes).toString('hex');
}
