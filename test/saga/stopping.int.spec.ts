import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOCKS_HERE } from '../support/locks-here.js';
import { SagaRig } from './saga-rig.js';

/** The order's own patience ends later than a worker's. */
const WAITING = `SELECT FROM ${LOCKS_HERE} WHERE relation = 'purchase_order'::regclass AND NOT granted`;

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
    const stopped = worker.stop();
    // The rig stops it again when all is over.
    worker.stop = () => stopped;
    await stopped;
    const { rowCount } = await locked.query(WAITING);
    await locked.query('ROLLBACK');
    locked.release();
    expect(rowCount).toBeGreaterThan(0);
  });
});
