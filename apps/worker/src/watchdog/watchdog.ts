import type { SagaWork } from '#ledger';
import type { Logger } from '#platform';
import type { WorkerCounts } from '../worker-counts.js';

const CHECKS_PER_LIMIT = 12;
/** Checks without a sign after which work no longer counts as due: a lease may run out between two of them. */
const QUIET_CHECKS_MAX = 3;

export interface WatchdogOptions {
  readonly sagaWork: Pick<SagaWork, 'overdueMs'>;
  readonly counts: WorkerCounts;
  readonly limitMs: number;
  readonly logger: Logger;
  /** Ends the process, for its supervisor to start it anew. */
  readonly giveUp: () => void;
}

/**
 * Ends a worker that makes no progress although work is due, whatever the reason: a poll that stopped without a word is not repaired by
 * waiting. Two signs say that work is due and left undone: rows are overdue, so nobody takes them; or rows were taken so often that the
 * queue must have lost them. A job handed over is no sign, since another worker may have it.
 *
 * It watches two things: that redemptions are looked at at all, and that, while the queue loses redemptions, jobs come out of it. While the
 * database can't be had it stays quiet: nobody can tell whether work is due, and a new process would have it no better.
 */
export class Watchdog {
  private timer: NodeJS.Timeout | undefined;
  private lost = 0;
  private readonly losing = new Sign();
  private readonly due = new Sign();
  private readonly looks: Stillness;
  private readonly jobs: Stillness;

  constructor(private readonly options: WatchdogOptions) {
    const { counts } = options;
    this.looks = new Stillness(() => counts.lastProgressMs);
    this.jobs = new Stillness(() => counts.jobsProcessed);
  }

  start(): void {
    this.timer = setInterval(() => void this.check(), this.options.limitMs / CHECKS_PER_LIMIT);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  async check(): Promise<void> {
    const { counts, limitMs, logger, giveUp } = this.options;
    const losing = counts.redemptionsLost !== this.lost;
    this.lost = counts.redemptionsLost;
    const lately = this.losing.lately(losing);
    const due = this.due.lately(losing || (await this.isOverdue()));
    const stillMs = Math.max(this.looks.whileDueMs(due), this.jobs.whileDueMs(lately));
    if (stillMs < limitMs) return;
    logger.fatal(
      counts.snapshot(),
      `Work is due and nothing has come of it for ${limitMs} ms; ending to be started again.`,
    );
    giveUp();
  }

  private async isOverdue(): Promise<boolean> {
    const { sagaWork, limitMs } = this.options;
    try {
      return (await sagaWork.overdueMs()) > limitMs / CHECKS_PER_LIMIT;
    } catch {
      return false;
    }
  }
}

/** Whether something has been seen in one of the last checks. */
class Sign {
  private quietChecks = QUIET_CHECKS_MAX;

  lately(seen: boolean): boolean {
    this.quietChecks = seen ? 0 : this.quietChecks + 1;
    return this.quietChecks < QUIET_CHECKS_MAX;
  }
}

/** How long a figure has stood still while it should have moved. */
class Stillness {
  private last: number | undefined;
  private sinceMs: number | undefined;

  constructor(private readonly read: () => number) {}

  whileDueMs(due: boolean): number {
    const figure = this.read();
    if (!due || figure !== this.last) {
      this.last = figure;
      this.sinceMs = undefined;
      return 0;
    }
    this.sinceMs ??= performance.now();
    return performance.now() - this.sinceMs;
  }
}
