import type { Logger } from '#platform';

const FIRST_PAUSE_MS = 500;
const PAUSE_MAX_MS = 10_000;

/** Remembers that the queue could not be had, so that not every batch waits for it to fail again. */
export class QueueHealth {
  private failures = 0;
  private retryAtMs = 0;

  constructor(private readonly logger: Logger) {}

  /** The last thing asked of it went well. */
  get isWell(): boolean {
    return this.failures === 0;
  }

  /** It is worth asking. */
  get isUp(): boolean {
    return performance.now() >= this.retryAtMs;
  }

  succeeded(): void {
    if (this.failures > 0) this.logger.info('The queue takes jobs again.');
    this.failures = 0;
    this.retryAtMs = 0;
  }

  failed(error: unknown): void {
    const pauseMs = Math.min(PAUSE_MAX_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.failures, 10));
    if (this.failures === 0) {
      this.logger.warn({ err: error }, 'The queue can’t be had; redemptions are performed without it until it can.');
    }
    this.failures += 1;
    this.retryAtMs = performance.now() + pauseMs;
  }
}
