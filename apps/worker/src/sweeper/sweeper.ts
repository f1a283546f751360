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
  readonly limits: Pick<ProviderLimits, 'of' | 'isShut'>;
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

  constructor(private readonly deps: SweeperDeps) {
    const { processor, counts, logger, tuning } = deps;
    this.unaided = new DirectLane({
      processor: { perform: (items) => processor.performUnaided(items) },
      counts,
      logger,
      concurrency: UNAIDED_BATCHES_MAX,
      waitingMax: WAITING_MAX,
      pace: () => ({ batchMax: tuning.jobRedemptionsMax, ratePerSecond: undefined }),
    });
  }

  /** Redemptions of everyday work that wait here. */
  get waiting(): number {
    return this.lanes.get(LOCAL_QUEUE)?.waiting ?? 0;
  }

  sweep(queue: string, items: readonly WorkItem[]): void {
    this.laneOf(queue).add(items);
  }

  /** Redemptions that have stood in line for their provider for a while: what is due and needs nobody outside is done meanwhile. */
  sweepUnaided(items: readonly WorkItem[]): void {
    this.unaided.add(items);
  }

  async close(): Promise<void> {
    await Promise.all([this.unaided, ...this.lanes.values()].map((lane) => lane.close()));
  }

  private laneOf(queue: string): DirectLane {
    const known = this.lanes.get(queue);
    if (known !== undefined) return known;
    if (this.lanes.size >= LANES_MAX) this.forgetIdleLanes();
    const { processor, counts, logger, tuning } = this.deps;
    const concurrency = queue === LOCAL_QUEUE ? LOCAL_BATCHES_MAX : tuning.providerConcurrency;
    const pace = () => this.paceOf(queue);
    const lane = new DirectLane({ processor, counts, logger, concurrency, waitingMax: WAITING_MAX, pace });
    this.lanes.set(queue, lane);
    return lane;
  }

  /** A provider's rate limit is kept here for this process alone. Where no call would be sent, many are looked at together. */
  private paceOf(queue: string): LanePace {
    const { limits, tuning } = this.deps;
    if (queue === LOCAL_QUEUE || limits.isShut(queue)) {
      return { batchMax: tuning.jobRedemptionsMax, ratePerSecond: undefined };
    }
    return { batchMax: 1, ratePerSecond: limits.of(queue).ratePerSecond };
  }

  private forgetIdleLanes(): void {
    for (const [queue, lane] of this.lanes) {
      if (lane.isIdle) this.lanes.delete(queue);
    }
  }
}
