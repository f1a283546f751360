import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLogger } from '#platform';
import type { WorkItem } from '../queues/saga-job.js';
import { WorkerCounts } from '../worker-counts.js';
import { DirectLane, type LanePace } from './direct-lane.js';

const SECOND_MS = 1_000;

describe('Redemptions that are performed without the queue', () => {
  let performed: string[][];
  let tries: number[];
  let pace: LanePace;
  let lane: DirectLane;
  let answer: () => Promise<void>;

  beforeEach(() => {
    jest.useFakeTimers();
    performed = [];
    tries = [];
    answer = () => Promise.resolve();
    pace = { concurrency: 3, batchMax: 1, ratePerSecond: 5 };
    lane = new DirectLane({
      processor: {
        perform: (items) => {
          performed.push(items.map(({ redemptionId }) => redemptionId));
          tries.push(...items.map((item) => item.tries));
          return answer();
        },
      },
      counts: new WorkerCounts(),
      logger: createLogger({ app: 'worker', level: 'silent' }),
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
    pace = { concurrency: 3, batchMax: 50, ratePerSecond: undefined };
    lane.add(items(12));
    await jest.advanceTimersByTimeAsync(0);
    expect(performed).toHaveLength(1);
    expect(performed[0]).toHaveLength(12);
  });

  it('are no more at once than their provider is to be burdened with', async () => {
    pace = { concurrency: 2, batchMax: 1, ratePerSecond: undefined };
    let ends: (() => void)[] = [];
    answer = () => new Promise((resolve) => ends.push(resolve));
    lane.add(items(5));
    await jest.advanceTimersByTimeAsync(0);
    expect(performed).toHaveLength(2);
    for (const end of ends.splice(0)) end();
    await jest.advanceTimersByTimeAsync(0);
    expect(performed).toHaveLength(4);
    pace = { ...pace, concurrency: 10 };
    ends[0]?.();
    ends = [];
    await jest.advanceTimersByTimeAsync(0);
    expect(performed).toHaveLength(5);
  });

  it('are at the same look as before, however often they come while they stand in line', async () => {
    for (const again of [1, 2, 30]) lane.add(items(12, again));
    await jest.advanceTimersByTimeAsync(3 * SECOND_MS);
    // The first three are being performed when they come again.
    expect(tries.slice(3, 12)).toEqual(Array(9).fill(1));
  });

  it('stay undone once the lane is closed', async () => {
    lane.add(items(12));
    await lane.close();
    await jest.advanceTimersByTimeAsync(10 * SECOND_MS);
    expect(performed.length).toBeLessThanOrEqual(5);
    expect(lane.waiting).toBe(0);
  });
});

function items(howMany: number, tries = 1): WorkItem[] {
  return Array.from({ length: howMany }, (_, index) => ({ companyId: 1, redemptionId: `r${index}`, tries }));
}
