import { setImmediate } from 'node:timers/promises';
import { createListener, type Listener, type Logger, type Secret } from '#platform';
import { channels } from '../channels.js';
import type { Presence } from '../presence.js';
import { nameOf, nameOfView, type RedemptionKey, type RedemptionReader } from './redemption-reader.js';
import type { RedemptionView } from './redemption-view.js';

export interface SettlementWatcherOptions {
  readonly reader: RedemptionReader;
  readonly connectionString: Secret;
  readonly logger: Logger;
  readonly applicationName: string;
}

interface Waiter {
  readonly key: RedemptionKey;
  readonly answer: (view: RedemptionView | undefined) => void;
  /** Waits no longer: the answer is how things stand. Never rejects. */
  readonly giveUp: () => Promise<void>;
}

/** A lost notification costs one of these. */
const POLL_MS = 100;
/** Each answer is written out at once: after so many, whoever has come meanwhile has their turn. */
const ANSWERS_A_TURN = 32;

/**
 * Waits for redemptions to settle. However many wait, one statement asks for all of them: when a notification says that something has
 * settled, and on a timer in case one was lost.
 */
export class SettlementWatcher {
  private readonly waiters = new Set<Waiter>();
  private readonly listener: Listener;
  private readonly timer: NodeJS.Timeout;
  private asking = false;
  private askAgain = false;
  private closed = false;
  private elsewhere = 0;
  private elsewhereAskedMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: SettlementWatcherOptions) {
    const { connectionString, logger, applicationName } = options;
    const onNotify = (): void => void this.ask();
    this.listener = createListener({
      connectionString,
      channels: [channels.settled],
      onNotify,
      logger,
      applicationName,
    });
    this.timer = setInterval(() => void this.ask(), POLL_MS);
  }

  /**
   * Waiters whose redemption the worker has taken up: what is waited for is a provider. Whoever wants to know gets what was found at the last
   * look, and causes another where that is a tenth of a second ago; while nobody asks it costs nothing.
   */
  get waitingElsewhere(): number {
    const nowMs = performance.now();
    if (nowMs - this.elsewhereAskedMs >= POLL_MS) {
      this.elsewhereAskedMs = nowMs;
      void this.countElsewhere();
    }
    return Math.min(this.elsewhere, this.waiters.size);
  }

  /** The view of the redemption once it has settled, or as it stands when the wait is over; undefined if there is none. */
  wait(
    key: RedemptionKey,
    { waitMs, signal }: { readonly waitMs: number; readonly signal?: Presence },
  ): Promise<RedemptionView | undefined> {
    if (waitMs <= 0 || signal?.aborted === true || this.closed) return this.options.reader.view(key);
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onEnd);
        this.waiters.delete(waiter);
      };
      const answer = (view: RedemptionView | undefined): void => {
        stop();
        resolve(view);
      };
      const giveUp = (): Promise<void> => {
        stop();
        return this.options.reader.view(key).then(resolve, reject);
      };
      const onEnd = (): void => void giveUp();
      const waiter: Waiter = { key, answer, giveUp };
      const timer = setTimeout(onEnd, waitMs);
      signal?.addEventListener('abort', onEnd);
      this.waiters.add(waiter);
    });
  }

  /** Whoever still waits is shown how things stand, and so is whoever comes later. */
  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    await Promise.all([...this.waiters].map((waiter) => waiter.giveUp()));
    await this.listener.close();
  }

  private async ask(): Promise<void> {
    if (this.asking) {
      this.askAgain = true;
      return;
    }
    this.asking = true;
    try {
      do {
        this.askAgain = false;
        await this.askOnce();
      } while (this.askAgain);
    } catch (error) {
      this.options.logger.warn({ err: error }, 'Waiting redemptions could not be read; the next poll asks again.');
    } finally {
      this.asking = false;
    }
  }

  private async askOnce(): Promise<void> {
    const waiters = [...this.waiters];
    if (waiters.length === 0) return;
    const keys = new Map(waiters.map(({ key }) => [nameOf(key), key]));
    const views = await this.options.reader.settledViews([...keys.values()]);
    const settled = new Map(views.map((view) => [nameOfView(view), view]));
    let answered = 0;
    for (const { key, answer } of waiters) {
      const view = settled.get(nameOf(key));
      if (view === undefined) continue;
      answer(view);
      if (++answered % ANSWERS_A_TURN === 0) await setImmediate();
    }
  }

  private async countElsewhere(): Promise<void> {
    try {
      this.elsewhere = await this.options.reader.countTakenUp([...this.waiters].map(({ key }) => key));
    } catch {
      // Whoever reads the settled ones logs the database's trouble; until it passes nobody is known to wait elsewhere.
      this.elsewhere = 0;
    }
  }
}
