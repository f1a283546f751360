import type { Logger } from '#platform';
import type { SagaProcessor } from '../processor/saga-processor.js';
import type { ProviderLimits } from '../queues/provider-limits.js';
import { LOCAL_QUEUE } from '../queues/queue-name.js';
import type { WorkItem } from '../queues/saga-job.js';
import type { WorkerCounts } from '../worker-counts.js';
import type { WorkerTuning } from '../worker-tuning.js';
import { DirectLane, type LanePace } from './direct-lane.js';

const WAITING_MAX = 5_000;
const LOCAL_BATCHES_MAX = 4;
const LANES_MAX = 1_000;
const UNAIDED_BATCHES_MAX = 2;

export interface SweeperDeps {
  readonly processor: Pick<SagaProcessor, 'perform' | 'performUnaided'>;
  readonly limits: Pick<ProviderLimits, 'read' | 'of' | 'isShut'>;
  readonly counts: WorkerCounts;
  readonly tuning: WorkerTuning;
  readonly logger: Logger;
}

/**
 * Finishes sagas from PostgreSQL alone, when the queue can't be had or loses what it is given. Slower, because it is this process only, but
 * with the same processor. Each queue has a lane of its own here too: a provider that hangs holds up nobody else.
 */
export class Sweeper {
  private readonly lanes = new Map<string, DirectLane>();
  private readonly unaided: DirectLane;
  private closed = false;

  constructor(private readonly deps: SweeperDeps) {
    const { processor, counts, logger, tuning } = deps;
    this.unaided = new DirectLane({
      processor: { perform: (items) => processor.performUnaided(items) },
      counts,
      logger,
      waitingMax: WAITING_MAX,
      pace: () => ({
        concurrency: UNAIDED_BATCHES_MAX,
        batchMax: tuning.jobRedemptionsMax,
        ratePerSecond: undefined,
      }),
    });
  }

  /** Redemptions of everyday work that wait here. */
  get waiting(): number {
    return this.lanes.get(LOCAL_QUEUE)?.waiting ?? 0;
  }

  sweep(queue: string, items: readonly WorkItem[]): void {
    if (queue === LOCAL_QUEUE) this.laneOf(queue).add(items);
    else void this.sweepWithinLimits(queue, items);
  }

  /** Redemptions that stand in line for their provider, here or in the queue: what is due and needs nobody outside is done meanwhile. */
  sweepUnaided(items: readonly WorkItem[]): void {
    this.unaided.add(items);
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([this.unaided, ...this.lanes.values()].map((lane) => lane.close()));
  }

  /** A provider that nobody has asked for yet may stand narrow: its limits are known before the first is called. */
  private async sweepWithinLimits(queue: string, items: readonly WorkItem[]): Promise<void> {
    await this.deps.limits.read(queue);
    if (!this.closed) this.laneOf(queue).add(items);
  }

  private laneOf(queue: string): DirectLane {
    const known = this.lanes.get(queue);
    if (known !== undefined) return known;
    if (this.lanes.size >= LANES_MAX) this.forgetIdleLanes();
    const { counts, logger } = this.deps;
    const processor = { perform: (items: readonly WorkItem[]) => this.performDirect(items) };
    const pace = () => this.paceOf(queue);
    const lane = new DirectLane({ processor, counts, logger, waitingMax: WAITING_MAX, pace });
    this.lanes.set(queue, lane);
    return lane;
  }

  /** Only these go round the queue; what is done meanwhile for those that stand in it does not. */
  private async performDirect(items: readonly WorkItem[]): Promise<void> {
    const { processor, counts } = this.deps;
    try {
      await processor.perform(items);
    } finally {
      counts.redemptionsDirect += items.length;
    }
  }

  /** A provider's limits are kept here for this process alone. Where no call would be sent, many are looked at together. */
  private paceOf(queue: string): LanePace {
    const { limits, tuning } = this.deps;
    const many = { batchMax: tuning.jobRedemptionsMax, ratePerSecond: undefined };
    if (queue === LOCAL_QUEUE) return { ...many, concurrency: LOCAL_BATCHES_MAX };
    const { concurrency = tuning.providerConcurrency, ratePerSecond } = limits.of(queue);
    return limits.isShut(queue) ? { ...many, concurrency } : { concurrency, batchMax: 1, ratePerSecond };
  }

  private forgetIdleLanes(): void {
    for (const [queue, lane] of this.lanes) {
      if (lane.isIdle) this.lanes.delete(queue);
    }
  }
}
