import type { Logger } from '#platform';
import type { SagaProcessor } from '../processor/saga-processor.js';
import type { WorkItem } from '../queues/saga-job.js';
import type { WorkerCounts } from '../worker-counts.js';

const SECOND_MS = 1_000;

/** How a line may be worked off at the moment. */
export interface LanePace {
  /** Batches performed at once. */
  readonly concurrency: number;
  readonly batchMax: number;
  /** Batches started a second; undefined: as many as there is room for. */
  readonly ratePerSecond: number | undefined;
}

export interface DirectLaneOptions {
  readonly processor: Pick<SagaProcessor, 'perform'>;
  readonly counts: WorkerCounts;
  readonly logger: Logger;
  readonly waitingMax: number;
  readonly pace: () => LanePace;
}

/** A line of redemptions that are performed in this process, without the queue. It lives in memory: what is lost is due again. */
export class DirectLane {
  private readonly line = new Map<string, WorkItem>();
  private readonly running = new Set<Promise<void>>();
  private window = { startedAtMs: Number.NEGATIVE_INFINITY, batches: 0 };
  private nextWindow: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly options: DirectLaneOptions) {}

  get waiting(): number {
    return this.line.size;
  }

  get isIdle(): boolean {
    return this.line.size === 0 && this.running.size === 0;
  }

  /** Puts redemptions in line. Those in it already stay as they are: no look has followed. What the line has no room for is due again later. */
  add(items: readonly WorkItem[]): void {
    if (this.closed) return;
    for (const item of items) {
      if (this.line.size >= this.options.waitingMax) break;
      const key = `${item.companyId}:${item.redemptionId}`;
      if (!this.line.has(key)) this.line.set(key, item);
    }
    this.startBatches();
  }

  /** Drops what is in line and waits for what is being performed. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.nextWindow);
    this.line.clear();
    await Promise.all(this.running);
  }

  private startBatches(): void {
    while (this.line.size > 0 && !this.closed) {
      const { concurrency, batchMax, ratePerSecond } = this.options.pace();
      if (this.running.size >= concurrency) return;
      if (ratePerSecond !== undefined && !this.isWithin(ratePerSecond)) return;
      const batch = this.run(this.take(batchMax)).finally(() => {
        this.running.delete(batch);
        this.startBatches();
      });
      this.running.add(batch);
    }
  }

  /** Counts a start, or wakes the line when the next second begins. */
  private isWithin(ratePerSecond: number): boolean {
    const nowMs = performance.now();
    if (nowMs - this.window.startedAtMs >= SECOND_MS) this.window = { startedAtMs: nowMs, batches: 0 };
    if (this.window.batches < ratePerSecond) {
      this.window.batches += 1;
      return true;
    }
    const waitMs = Math.ceil(this.window.startedAtMs + SECOND_MS - nowMs);
    this.nextWindow ??= setTimeout(() => {
      this.nextWindow = undefined;
      this.startBatches();
    }, waitMs);
    return false;
  }

  private async run(items: readonly WorkItem[]): Promise<void> {
    const { processor, counts, logger } = this.options;
    try {
      await processor.perform(items);
    } catch (error) {
      counts.troubles += 1;
      logger.warn({ err: error, redemptions: items.length }, 'Due redemptions could not be worked on.');
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
