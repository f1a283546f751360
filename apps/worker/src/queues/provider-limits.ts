import type { Logger } from '#platform';
import type { OutsideProvider, ProviderRegistry } from '#vouchers';
import { providerOfQueue } from './queue-name.js';

const REFRESH_MS = 5_000;

/** What a provider may be burdened with; undefined: nothing is said. */
export interface QueueLimits {
  /** Calls at once, in each process. */
  readonly concurrency: number | undefined;
  /** Calls a second, over all processes. */
  readonly ratePerSecond: number | undefined;
}

interface Known {
  /** Undefined until it has been tried once. */
  readAtMs: number | undefined;
  /** Undefined where the company has no provider of that name outside, or it could not be read. */
  outside: OutsideProvider | undefined;
  reading: Promise<void> | undefined;
}

export interface ProviderLimitsDeps {
  readonly providers: Pick<ProviderRegistry, 'newest'>;
  readonly logger: Logger;
  readonly refreshMs?: number;
}

/**
 * The limits of the provider that a queue leads to, as its newest configuration says. They are read once before a queue is opened; changes
 * are looked for in the background, so nobody waits for them.
 */
export class ProviderLimits {
  private readonly known = new Map<string, Known>();

  constructor(private readonly deps: ProviderLimitsDeps) {}

  /** Resolves when the limits have been read, if ever that was possible. Never rejects. */
  async read(queue: string): Promise<void> {
    if (this.known.get(queue)?.readAtMs === undefined) await this.refreshed(queue);
  }

  of(queue: string): QueueLimits {
    const { concurrency, ratePerSecond } = this.current(queue) ?? {};
    return { concurrency, ratePerSecond };
  }

  /** Whether a call would be turned away unsent at this moment. */
  isShut(queue: string): boolean {
    return this.current(queue)?.condition?.().isShut === true;
  }

  private current(queue: string): OutsideProvider | undefined {
    const known = this.known.get(queue);
    const { refreshMs = REFRESH_MS } = this.deps;
    const ageMs = performance.now() - (known?.readAtMs ?? Number.NEGATIVE_INFINITY);
    if (ageMs >= refreshMs) void this.refreshed(queue);
    return known?.outside;
  }

  private refreshed(queue: string): Promise<void> {
    const known = this.known.get(queue) ?? { readAtMs: undefined, outside: undefined, reading: undefined };
    this.known.set(queue, known);
    known.reading ??= this.reread(queue, known).finally(() => {
      known.readAtMs = performance.now();
      known.reading = undefined;
    });
    return known.reading;
  }

  private async reread(queue: string, known: Known): Promise<void> {
    const named = providerOfQueue(queue);
    if (named === undefined) return;
    try {
      const provider = await this.deps.providers.newest(named);
      known.outside = provider?.reach === 'outside' ? provider : undefined;
    } catch (error) {
      // What was known goes on; a provider that can't be opened is told of by the redemptions that need it.
      this.deps.logger.debug({ err: error, queue }, 'The limits of a provider could not be read.');
    }
  }
}
