import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLogger } from '#platform';
import type { WorkItem } from '../queues/saga-job.js';
import { WorkerCounts } from '../worker-counts.js';
import { DirectLane, type LanePace } from './direct-lane.js';

const SECOND_MS = 1_000;

describe('Redemptions that are performed without the queue', () => {
  let performed: string[][];
  let pace: LanePace;
  let lane: DirectLane;

  beforeEach(() => {
    jest.useFakeTimers();
    performed = [];
    pace = { batchMax: 1, ratePerSecond: 5 };
    lane = new DirectLane({
      processor: {
        perform: (items) => {
          performed.push(items.map(({ redemptionId }) => redemptionId));
          return Promise.resolve();
        },
      },
      counts: new WorkerCounts(),
      logger: createLogger({ app: 'worker', level: 'silent' }),
      concurrency: 3,
      waitingMax: 100,
      pace: () => pace,
    });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('keep to their provider’s rate', async () => {
    lane.add(items(12));
    await jest.advanceTimersByTimeAsync(SECOND_MS / 2);
    expect(performed).toHaveLength(5);
    await jest.advanceTimersByTimeAsync(SECOND_MS);
    expect(performed).toHaveLength(10);
    await jest.advanceTimersByTimeAsync(SECOND_MS);
    expect(performed).toHaveLength(12);
    expect(lane.isIdle).toBe(true);
  });

  it('are looked at many at a time while no call would be sent', async () => {
    pace = { batchMax: 50, ratePerSecond: undefined };
    lane.add(items(12));
    await jest.advanceTimersByTimeAsync(0);
    expect(performed).toHaveLength(1);
    expect(performed[0]).toHaveLength(12);
  });

  it('stay undone once the lane is closed', async () => {
    lane.add(items(12));
    await lane.close();
    await jest.advanceTimersByTimeAsync(10 * SECOND_MS);
    expect(performed.length).toBeLessThanOrEqual(5);
    expect(lane.waiting).toBe(0);
  });
});

function items(howMany: number): WorkItem[] {
  return Array.from({ length: howMany }, (_, index) => ({ companyId: 1, redemptionId: `r${index}`, tries: 1 }));
}
