import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SagaRig } from './saga-rig.js';

describe('A worker that is stopped', () => {
  let rig: SagaRig;

  beforeAll(async () => {
    rig = await SagaRig.open();
  });
  afterAll(() => rig.stop());

  it('waits for an order that is stuck no longer than for anything else', async () => {
    const locked = await rig.api.pool.connect();
    await locked.query('BEGIN; LOCK TABLE purchase_order');
    const { worker } = await rig.startWorker({ tuning: { orderSweepMs: 20, drainMs: 300 } });
    await sleep(100);
    const startedMs = performance.now();
    const stopped = worker.stop();
    // The rig stops it again when all is over.
    worker.stop = () => stopped;
    await stopped;
    const stoppedMs = performance.now() - startedMs;
    await locked.query('ROLLBACK');
    locked.release();
    expect(stoppedMs).toBeLessThan(1_500);
  });
});
