import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isFinished } from '#domain';
import { uuidV7 } from '#platform';
import pg from 'pg';
import { FaultRig } from './rig/fault-rig.js';

describe('A pool whose last codes are in somebody’s hand', () => {
  let rig: FaultRig;

  beforeAll(async () => {
    rig = await FaultRig.open({});
    rig.startPump();
    await rig.api.pool.query(
      `INSERT INTO voucher_provider (company_id, name, version, kind, config) VALUES ($1, 'drawer', 1, 'pool', '{}')`,
      [rig.companyId],
    );
  });
  afterAll(() => rig.stop());

  it('is busy and not empty: who waits gets one, and only who comes after the last is told that there is none', async () => {
    await fill(3);
    const other = new pg.Client({ connectionString: rig.databaseUrl });
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT FROM pool_code FOR UPDATE');
    const waiting = await Promise.all([redeem(), redeem(), redeem()]);
    // Long enough for each of them to have been looked at more than once.
    const attempted = await Promise.all(waiting.map((key) => rig.reaches(key, isFinished, 600)));
    expect(attempted).toEqual([false, false, false]);
    await other.query('ROLLBACK');
    await other.end();
    const ends = await Promise.all(waiting.map((key) => rig.reaches(key, isFinished)));
    expect(ends).toEqual([true, true, true]);
    const statuses = await Promise.all(waiting.map(async (key) => (await rig.redemption(key)).status));
    expect(statuses).toEqual(['committed', 'committed', 'committed']);
    const late = await redeem();
    await rig.reaches(late, isFinished);
    expect(await rig.redemption(late)).toMatchObject({ status: 'failed', failureReason: 'out_of_stock' });
  });

  async function redeem() {
    const worker = rig.newWorker();
    const redemptionId = uuidV7();
    const capabilities = { idempotent: true, canLookup: true, canCancel: true };
    const provider = { name: 'drawer', version: 1n, kind: 'pool', key: redemptionId, ...capabilities };
    return (await rig.redeem('drawer', { redemptionId, provider }, (item) => void worker.perform([item]))).key;
  }

  async function fill(howMany: number): Promise<void> {
    for (let i = 0; i < howMany; i += 1) {
      const id = uuidV7();
      const sealed = rig.codes.sealCode({ companyId: rig.companyId, redemptionId: id, code: `DRAWER-${i}-${id}` });
      await rig.api.pool.query(
        `INSERT INTO pool_code (company_id, provider, digest, id, cipher, key_id, last4) VALUES ($1, 'drawer', $2, $3, $4, $5, $6)`,
        [rig.companyId, sealed.digest, id, sealed.cipher, sealed.keyId, sealed.last4],
      );
    }
  }
});
