import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../logging/logger.js';
import { closeWorkers, within } from './close-in-order.js';
import type { JobWorker } from './queue-backend.js';

const logger = createLogger({ app: 'test', level: 'silent' });
const never = new Promise<void>(() => undefined);

function workerThat(close: (force?: boolean) => Promise<void>): JobWorker {
  return { name: 'q', close, waitUntilReady: () => Promise.resolve() };
}

describe('Closing workers', () => {
  it('waits for those that finish', async () => {
    const calls: (boolean | undefined)[] = [];
    await closeWorkers([workerThat((force) => Promise.resolve(void calls.push(force)))], 1000, logger);
    expect(calls).toEqual([undefined]);
  });

  it('forces those that don’t', async () => {
    const calls: (boolean | undefined)[] = [];
    const stuck = workerThat((force) => {
      calls.push(force);
      return force === true ? Promise.resolve() : never;
    });
    await closeWorkers([stuck], 5, logger);
    expect(calls).toEqual([undefined, true]);
  });

  it('counts work that failed in time as ended', async () => {
    await expect(within(Promise.reject(new Error('x')), 1000)).resolves.toBe(true);
    await expect(within(never, 1)).resolves.toBe(false);
  });
});
