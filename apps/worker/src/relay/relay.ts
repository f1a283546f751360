import type { DueRedemption, SagaWork } from '#ledger';
import type { Logger } from '#platform';
import { LOCAL_QUEUE } from '../queues/queue-name.js';
import type { SagaQueues } from '../queues/saga-queues.js';
import type { Sweeper } from '../sweeper/sweeper.js';
import type { WorkerCounts } from '../worker-counts.js';
import type { WorkerTuning } from '../worker-tuning.js';
import { WakeUp } from './wake-up.js';

const CROWDED_PAUSE_MS = 25;

export interface RelayDeps {
  readonly sagaWork: Pick<SagaWork, 'claimDue'>;
  readonly queues: Pick<SagaQueues, 'isReachable' | 'isWell' | 'isStalled' | 'handOver' | 'waiting'>;
  readonly sweeper: Pick<Sweeper, 'sweep' | 'sweepUnaided' | 'waiting'>;
  readonly counts: WorkerCounts;
  readonly tuning: WorkerTuning;
  readonly logger: Logger;
}

/**
 * Takes due rows with a lease and hands them to the queue. It wakes when something was committed and by its own timer, goes on while full
 * batches come, and stops taking while the queue has enough: a row that waits in the table is leased to nobody.
 *
 * What the queue doesn't take, or has lost again and again, goes to the sweeper. If this process dies in between, the lease runs out.
 */
export class Relay {
  private readonly wakeUp = new WakeUp();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly deps: RelayDeps) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Something may be due. Any number of calls while a batch is under way are one. */
  wake(): void {
    this.wakeUp.wake();
  }

  /** Takes no more rows; resolves when those taken have been handed on. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeUp.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    const { tuning, logger } = this.deps;
    while (!this.stopping.signal.aborted) {
      try {
        await this.relayDue();
      } catch (error) {
        logger.warn({ err: error }, 'Due work could not be read; trying again soon.');
        await this.wakeUp.pause(tuning.pollMs, this.stopping.signal);
      }
      await this.wakeUp.wait(tuning.pollMs, this.stopping.signal);
    }
  }

  private async relayDue(): Promise<void> {
    const { sagaWork, tuning, counts } = this.deps;
    for (;;) {
      while (await this.isCrowded()) await this.wakeUp.pause(CROWDED_PAUSE_MS, this.stopping.signal);
      if (this.stopping.signal.aborted) return;
      const due = await sagaWork.claimDue({ limit: tuning.claimMax, leaseMs: tuning.leaseMs });
      counts.redemptionsClaimed += due.length;
      await Promise.all([...byQueue(due)].map(([queue, rows]) => this.handOn(queue, rows)));
      if (due.length < tuning.claimMax) return;
    }
  }

  private async isCrowded(): Promise<boolean> {
    if (this.stopping.signal.aborted) return false;
    const { sweeper, queues, tuning } = this.deps;
    return sweeper.waiting > tuning.backlogMax || (await queues.waiting()) > tuning.backlogMax;
  }

  private async handOn(queue: string, rows: readonly DueRedemption[]): Promise<void> {
    const { queues, sweeper, counts } = this.deps;
    // The way to a provider may be long, and a hold that ends needs nobody there.
    if (queue !== LOCAL_QUEUE) sweeper.sweepUnaided(rows);
    const lost = rows.filter((row) => this.isLost(row));
    if (lost.length > 0) {
      if (queues.isWell) counts.redemptionsLost += lost.length;
      sweeper.sweep(queue, lost);
    }
    const queued = lost.length === 0 ? rows : rows.filter((row) => !lost.includes(row));
    if (queued.length === 0) return;
    const taken = queues.isReachable && (await queues.handOver(queue, queued));
    if (!taken) sweeper.sweep(queue, queued);
  }

  /**
   * Whether the queue has had its chances. Tries of a provider's redemptions count its pauses as well, so there the queue must besides have
   * gone silent: its rate limit is not passed by lightly.
   */
  private isLost({ queue, tries }: DueRedemption): boolean {
    if (tries <= this.deps.tuning.queuedTriesMax) return false;
    return queue === LOCAL_QUEUE || this.deps.queues.isStalled(queue);
  }
}

function byQueue(due: readonly DueRedemption[]): Map<string, DueRedemption[]> {
  const queues = new Map<string, DueRedemption[]>();
  for (const row of due) {
    const rows = queues.get(row.queue);
    if (rows === undefined) queues.set(row.queue, [row]);
    else rows.push(row);
  }
  return queues;
}
