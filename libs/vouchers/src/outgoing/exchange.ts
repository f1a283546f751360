import type { Dispatcher, Pool } from 'undici';

/** Answers are short; a longer one is no answer of this contract, and must not fill the memory. */
const ANSWER_BYTES_MAX = 64 * 1024;

export interface OutgoingRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface ExchangeLimits {
  /** On `performance.now()`: nothing may be written from then on. */
  readonly startByMs: number;
  /** On `performance.now()`: the answer is not waited for any longer. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** Asked right before writing; false when meanwhile something speaks against it. */
  readonly mayStart: () => boolean;
}

/**
 * What one HTTP request came to. The line between `not_sent` and the rest is exact: `not_sent` means that nothing of the request was
 * handed to a socket; from the moment something was, only an answer counts.
 *
 * - `not_sent`, `unreachable`: no connection (refused, DNS, TLS, a forbidden address); `late`: no time was left; `stopped`: nobody waits
 *   any more, or the request was called off before it was written.
 * - `lost`: written, and no whole answer: `silent` until the deadline, `broken` off, `too_long`, `stopped`.
 */
export type Exchange =
  | { readonly kind: 'answered'; readonly status: number; readonly body: Buffer }
  | { readonly kind: 'not_sent'; readonly cause: 'unreachable' | 'late' | 'stopped' }
  | { readonly kind: 'lost'; readonly cause: 'silent' | 'broken' | 'too_long' | 'stopped' };

/** Sends one request once: nothing is followed, repeated or decompressed. Never rejects. */
export function exchange(pool: Pool, request: OutgoingRequest, limits: ExchangeLimits): Promise<Exchange> {
  return new Promise((resolve) => {
    const handler = new ExchangeHandler(limits, resolve);
    if (handler.isSettled) return;
    const { method, path, headers, body } = request;
    try {
      pool.dispatch({ method, path, headers: { ...headers }, body: body ?? null }, handler);
    } catch (error) {
      handler.onResponseError(undefined, error as Error);
    }
  });
}

class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #limits: ExchangeLimits;
  readonly #resolve: (exchange: Exchange) => void;
  readonly #chunks: Buffer[] = [];
  #timer: NodeJS.Timeout | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #bytes = 0;
  isSettled = false;

  constructor(limits: ExchangeLimits, resolve: (exchange: Exchange) => void) {
    this.#limits = limits;
    this.#resolve = resolve;
    if (limits.signal.aborted) {
      this.#settle({ kind: 'not_sent', cause: 'stopped' });
      return;
    }
    limits.signal.addEventListener('abort', this.#onStopped);
    this.#timer = setTimeout(this.#onTime, limits.startByMs - performance.now());
  }

  /** Called by the connection right before it writes, in the same turn of the event loop. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    const isLate = performance.now() >= this.#limits.startByMs;
    if (isLate) this.#settle({ kind: 'not_sent', cause: 'late' });
    else if (!this.#limits.mayStart()) this.#settle({ kind: 'not_sent', cause: 'stopped' });
    if (this.isSettled || this.#controller !== undefined) {
      // What was written once is not written again, whatever the connection believes about it.
      controller.abort(new ExchangeOverError());
      return;
    }
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.isSettled) return;
    this.#bytes += chunk.length;
    if (this.#bytes > ANSWER_BYTES_MAX) this.#giveUp({ kind: 'lost', cause: 'too_long' });
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#settle({ kind: 'answered', status: this.#status, body: Buffer.concat(this.#chunks) });
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, _error: Error): void {
    this.#settle(this.#wasWritten ? { kind: 'lost', cause: 'broken' } : { kind: 'not_sent', cause: 'unreachable' });
  }

  get #wasWritten(): boolean {
    return this.#controller !== undefined;
  }

  readonly #onTime = () => {
    if (!this.#wasWritten) {
      this.#settle({ kind: 'not_sent', cause: 'late' });
      return;
    }
    const leftMs = this.#limits.deadlineMs - performance.now();
    if (leftMs > 0) this.#timer = setTimeout(this.#onTime, leftMs);
    else this.#giveUp({ kind: 'lost', cause: 'silent' });
  };

  readonly #onStopped = () => {
    this.#giveUp({ kind: this.#wasWritten ? 'lost' : 'not_sent', cause: 'stopped' });
  };

  #giveUp(outcome: Exchange): void {
    this.#settle(outcome);
    this.#controller?.abort(new ExchangeOverError());
  }

  #settle(outcome: Exchange): void {
    if (this.isSettled) return;
    this.isSettled = true;
    clearTimeout(this.#timer);
    this.#limits.signal.removeEventListener('abort', this.#onStopped);
    this.#resolve(outcome);
  }
}

/** Tells the connection that nobody waits for the answer. It reaches nobody else. */
class ExchangeOverError extends Error {
  override readonly name = 'ExchangeOverError';
}
