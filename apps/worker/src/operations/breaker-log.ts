import type { Logger } from '#platform';
import type { BreakerState, OpenedProvider } from '#vouchers';

const LOOK_EVERY_MS = 1_000;

/** Tells the log which provider is left alone, and when it is called again: metrics only count them. */
export class BreakerLog {
  private readonly states = new Map<string, BreakerState>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly conditions: () => readonly OpenedProvider[],
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.look();
    }, LOOK_EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  look(): void {
    for (const { companyId, name, condition } of this.conditions()) {
      const key = `${companyId}:${name}`;
      const before = this.states.get(key) ?? 'closed';
      const now = condition.breaker;
      this.states.set(key, now);
      if (before === 'closed' && now !== 'closed') {
        this.logger.warn(
          { companyId, provider: name },
          'A voucher provider fails most calls; it is left alone for a while.',
        );
      } else if (before !== 'closed' && now === 'closed') {
        this.logger.info({ companyId, provider: name }, 'A voucher provider answers again.');
      }
    }
  }
}
