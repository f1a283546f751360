import { setTimeout as sleep } from 'node:timers/promises';

/** Lets one loop sleep until it is woken or a time has passed. A wake-up that comes while it is at work is kept: it won't sleep then. */
export class WakeUp {
  private due = false;
  private ring: (() => void) | undefined;

  wake(): void {
    this.due = true;
    this.ring?.();
  }

  async wait(limitMs: number, stop: AbortSignal): Promise<void> {
    if (!this.due && !stop.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, limitMs);
        this.ring = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.ring = undefined;
    }
    this.due = false;
  }

  /** Sleeps, however often it is woken, until the time has passed or `stop` is aborted. */
  async pause(pauseMs: number, stop: AbortSignal): Promise<void> {
    await sleep(pauseMs, undefined, { signal: stop }).catch(() => undefined);
  }
}
