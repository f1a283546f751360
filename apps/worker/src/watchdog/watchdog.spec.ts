import { beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '#platform';
import { WorkerCounts } from '../worker-counts.js';
import { Watchdog } from './watchdog.js';

const LIMIT_MS = 60;

describe('The watchdog', () => {
  let counts: WorkerCounts;
  let overdueMs: () => Promise<number>;
  let gaveUp: number;
  let watchdog: Watchdog;

  beforeEach(() => {
    counts = new WorkerCounts();
    overdueMs = () => Promise.resolve(0);
    gaveUp = 0;
    watchdog = new Watchdog({
      sagaWork: { overdueMs: () => overdueMs() },
      counts,
      limitMs: LIMIT_MS,
      logger: createLogger({ app: 'test', level: 'silent' }),
      giveUp: () => (gaveUp += 1),
    });
  });

  /** Lets twice the limit go by, a check at a time. */
  async function watch(meanwhile: () => void = () => undefined): Promise<number> {
    for (let check = 0; check < 12; check += 1) {
      meanwhile();
      await watchdog.check();
      await sleep(LIMIT_MS / 6);
    }
    return gaveUp;
  }

  it('leaves an idle worker alone', async () => {
    expect(await watch()).toBe(0);
  });

  it('leaves a worker alone that hands jobs over to others', async () => {
    const handOver = () => {
      counts.redemptionsClaimed += 10;
      counts.jobsHandedOver += 1;
    };
    expect(await watch(handOver)).toBe(0);
  });

  it('gives up when due rows are not taken', async () => {
    overdueMs = () => Promise.resolve(1_000);
    expect(await watch()).toBeGreaterThan(0);
  });

  it('leaves a worker alone that gets on, however much is overdue', async () => {
    overdueMs = () => Promise.resolve(1_000);
    expect(await watch(() => (counts.lastProgressMs += 1))).toBe(0);
  });

  it('gives up when the queue takes everything and brings nothing, though the sweeper makes up for it', async () => {
    const sweep = () => {
      counts.redemptionsLost += 5;
      counts.lastProgressMs += 1;
    };
    expect(await watch(sweep)).toBeGreaterThan(0);
  });

  it('leaves a worker alone whose queue loses some and brings others', async () => {
    const lose = () => {
      counts.redemptionsLost += 5;
      counts.jobsProcessed += 1;
      counts.lastProgressMs += 1;
    };
    expect(await watch(lose)).toBe(0);
  });

  it('stays quiet while the database can’t be had', async () => {
    overdueMs = () => Promise.reject(new Error('no connection'));
    expect(await watch()).toBe(0);
  });
});
