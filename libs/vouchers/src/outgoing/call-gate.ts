import {
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  CircuitState,
  CountBreaker,
  ExponentialBackoff,
  halfJitterGenerator,
  handleWhenResult,
  type BulkheadPolicy,
  type CircuitBreakerPolicy,
  type IBackoff,
} from 'cockatiel';
import type { BreakerState } from '../provider-kind.js';
import type { Exchange } from './exchange.js';

/** When a provider is left alone, and for how long. */
export interface GateTuning {
  /** Of so many last calls … */
  readonly sampledCalls: number;
  /** … at least so many made … */
  readonly callsMin: number;
  /** … more than this part failed: the breaker opens. */
  readonly failuresRatio: number;
  /** The first pause, and the longest; each ends with one call that tries. */
  readonly pauseMs: number;
  readonly pauseMaxMs: number;
}

export const GATE_TUNING: GateTuning = Object.freeze({
  sampledCalls: 20,
  callsMin: 5,
  failuresRatio: 0.5,
  pauseMs: 1_000,
  pauseMaxMs: 10_000,
});

/** Waiting lines are short because callers have little time; what doesn't fit is not sent and comes again. */
const WAITING_PER_SLOT = 20;

/** What a gate lets through. `mayStart` is to be asked again right before writing. */
type Guarded = (mayStart: () => boolean) => Promise<Exchange>;

const SHUT: Exchange = Object.freeze({ kind: 'not_sent', cause: 'stopped' });
const NO_TIME: Exchange = Object.freeze({ kind: 'not_sent', cause: 'late' });

/**
 * Keeps one provider's trouble to itself: no more than `concurrency` calls at once, the others waiting in line, and none at all for a
 * while after most of the last ones failed. Then one call tries, and its outcome decides for the rest.
 */
export class CallGate {
  readonly #slots: BulkheadPolicy;
  readonly #breaker: CircuitBreakerPolicy;
  #pauseEndsMs = 0;
  #inFlight = 0;
  #waiting = 0;

  constructor(concurrency: number, tuning: GateTuning = GATE_TUNING) {
    const { sampledCalls, callsMin, failuresRatio, pauseMs, pauseMaxMs } = tuning;
    const pauses = new ExponentialBackoff({
      generator: halfJitterGenerator,
      initialDelay: pauseMs,
      maxDelay: pauseMaxMs,
    });
    this.#slots = bulkhead(concurrency, concurrency * WAITING_PER_SLOT);
    this.#breaker = circuitBreaker(
      handleWhenResult((result) => this.#isFailure(result as Exchange)),
      {
        breaker: new CountBreaker({ size: sampledCalls, minimumNumberOfCalls: callsMin, threshold: failuresRatio }),
        halfOpenAfter: { next: () => this.#pauseAfter(pauses) },
      },
    );
  }

  get state(): BreakerState {
    const state = this.#breaker.state;
    if (state === CircuitState.Closed) return 'closed';
    return state === CircuitState.HalfOpen ? 'half_open' : 'open';
  }

  /** Whether a call would be turned away: the breaker is open and its pause isn't over, or the call that tries is under way. */
  get isShut(): boolean {
    if (this.state === 'open') return performance.now() < this.#pauseEndsMs;
    return this.state === 'half_open';
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** @param startByMs on `performance.now()`: what still stands in line then is not sent. */
  async pass(call: Guarded, startByMs: number): Promise<Exchange> {
    // The library would have the others wait for the one that tries; they have no time for it.
    if (this.isShut) return SHUT;
    // That one needn't stand in line: the call whose failure opened the breaker has left its slot, and nobody took it.
    if (this.state === 'open') return this.#watched(call, () => true);
    return this.#inLine(call, startByMs);
  }

  async #inLine(call: Guarded, startByMs: number): Promise<Exchange> {
    const place = this.#standInLine(startByMs);
    const isClosed = () => this.state === 'closed';
    try {
      // No signal is given: one that is aborted at the head of the line would leave those behind it waiting.
      const served = this.#slots.execute(() => {
        if (place.isLost()) return NO_TIME;
        place.leave();
        return isClosed() ? this.#watched(call, isClosed) : SHUT;
      });
      return await Promise.race([served, place.lost]);
    } catch (error) {
      if (error instanceof BulkheadRejectedError) return NO_TIME;
      throw error;
    } finally {
      place.leave();
    }
  }

  /** A place in the line is lost when its time is over, although those before it are still there. */
  #standInLine(startByMs: number) {
    let stands = true;
    let isLost = false;
    let timer: NodeJS.Timeout | undefined;
    const leave = () => {
      clearTimeout(timer);
      if (stands) this.#waiting -= 1;
      stands = false;
    };
    const lost = new Promise<Exchange>((resolve) => {
      timer = setTimeout(() => {
        isLost = true;
        leave();
        resolve(NO_TIME);
      }, startByMs - performance.now());
    });
    this.#waiting += 1;
    return { lost, leave, isLost: () => isLost };
  }

  #watched(call: Guarded, mayStart: () => boolean): Promise<Exchange> {
    return this.#breaker.execute(async () => {
      this.#inFlight += 1;
      try {
        return await call(mayStart);
      } finally {
        this.#inFlight -= 1;
      }
    });
  }

  /** Of the call that tries, only an answer counts. */
  #isFailure(exchange: Exchange): boolean {
    return isTrouble(exchange) || (this.state === 'half_open' && exchange.kind !== 'answered');
  }

  /**
   * The pause is kept here, on the monotonic clock. To the library it is always over, since it would measure it on the clock that people
   * and time servers set back.
   */
  #pauseAfter(pauses: { next(context: undefined): IBackoff<unknown> }): IBackoff<unknown> {
    const pause = pauses.next(undefined);
    this.#pauseEndsMs = performance.now() + pause.duration;
    return { duration: -Infinity, next: () => this.#pauseAfter(pause) };
  }
}

/** Nobody there, no answer in time, or an answer that says "not now": the provider is in trouble. A late start is our own doing. */
function isTrouble(exchange: Exchange): boolean {
  switch (exchange.kind) {
    case 'not_sent':
      return exchange.cause === 'unreachable';
    case 'lost':
      return exchange.cause === 'silent' || exchange.cause === 'broken';
    case 'answered':
      return exchange.status >= 500 || exchange.status === 429;
  }
}
