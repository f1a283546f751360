import type { Logger } from '#platform';
import type { SagaProcessor } from '../processor/saga-processor.js';
import type { WorkItem } from '../queues/saga-job.js';
import type { WorkerCounts } from '../worker-counts.js';

export interface DirectLaneOptions {
  readonly processor: Pick<SagaProcessor, 'perform'>;
  readonly counts: WorkerCounts;
  readonly logger: Logger;
  /** Batches performed at once. */
  readonly concurrency: number;
  readonly batchMax: number;
  readonly waitingMax: number;
}

/** A line of redemptions that are performed in this process, without the queue. It lives in memory: what is lost is due again. */
export class DirectLane {
  private readonly line = new Map<string, WorkItem>();
  private readonly running = new Set<Promise<void>>();
  private closed = false;

  constructor(private readonly options: DirectLaneOptions) {}

  get waiting(): number {
    return this.line.size;
  }

  get isIdle(): boolean {
    return this.line.size === 0 && this.running.size === 0;
  }

  /** Puts redemptions in line. Those in it already stay where they are; what the line has no room for is due again later. */
  add(items: readonly WorkItem[]): void {
    if (this.closed) return;
    for (const item of items) {
      if (this.line.size >= this.options.waitingMax) break;
      this.line.set(`${item.companyId}:${item.redemptionId}`, item);
    }
    while (this.line.size > 0 && this.running.size < this.options.concurrency) this.startBatch();
  }

  /** Drops what is in line and waits for what is being performed. */
  async close(): Promise<void> {
    this.closed = true;
    this.line.clear();
    await Promise.all(this.running);
  }

  private startBatch(): void {
    const batch = this.run().finally(() => {
      this.running.delete(batch);
      if (this.line.size > 0 && !this.closed) this.startBatch();
    });
    this.running.add(batch);
  }

  private async run(): Promise<void> {
    const { processor, counts, logger, batchMax } = this.options;
    const items = this.take(batchMax);
    try {
      await processor.perform(items);
    } catch (error) {
      counts.troubles += 1;
      logger.warn({ err: error, redemptions: items.length }, 'Due redemptions could not be worked on.');
    } finally {
      counts.redemptionsDirect += items.length;
    }
  }

  private take(max: number): readonly WorkItem[] {
    const taken: WorkItem[] = [];
    for (const [key, item] of this.line) {
      if (taken.length >= max) break;
      taken.push(item);
      this.line.delete(key);
    }
    return taken;
  }
}
