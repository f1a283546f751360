import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { advance, httpProvider, openRig, request, voucher, type LedgerRig } from '../support/ledger/ledger-rig.js';

const COMPANY = 1;
const asWorker = { actor: { kind: 'worker', id: 'saga' } } as const;

describe('What the saga owes', () => {
  let db: TestDatabase;
  let rig: LedgerRig;
  let walletId: string;

  beforeAll(async () => {
    db = await createTestDatabase();
    rig = openRig(db.connectionString);
    walletId = await rig.walletWith(COMPANY, 'customer', 1_000_000n);
  });

  afterAll(async () => {
    await rig.stop();
    await db.drop();
  });

  beforeEach(() => rig.pool.query('DELETE FROM saga_work'));

  async function askFor(count: number, change: Parameters<typeof request>[1] = {}): Promise<readonly string[]> {
    const requests = Array.from({ length: count }, () => request(1n, change));
    await Promise.all(requests.map((one) => rig.run(COMPANY, walletId, one)));
    return requests.map(({ redemptionId }) => redemptionId);
  }

  it('is claimed by one only, however many claim at once', async () => {
    const ids = await askFor(300);
    const claims = await Promise.all(
      Array.from({ length: 8 }, () => rig.sagaWork.claimDue({ limit: 60, leaseMs: 60_000 })),
    );
    const claimed = claims.flat();
    claimed.push(...(await rig.sagaWork.claimDue({ limit: 300, leaseMs: 60_000 })));

    expect(claimed).toHaveLength(300);
    expect(new Set(claimed.map(({ redemptionId }) => redemptionId))).toEqual(new Set(ids));
    expect(new Set(claimed.map(({ tries, queue, walletId: wallet }) => `${tries} ${queue} ${wallet}`))).toEqual(
      new Set([`1 local ${walletId}`]),
    );
  });

  it('is due again when the lease ends, and counts the tries', async () => {
    const [redemptionId] = await askFor(1);
    expect(await rig.sagaWork.claimDue({ limit: 10, leaseMs: 50 })).toMatchObject([{ redemptionId, tries: 1 }]);
    let again: readonly unknown[] = [];
    while (again.length === 0) {
      await sleep(10);
      again = await rig.sagaWork.claimDue({ limit: 10, leaseMs: 60_000 });
    }
    expect(again).toMatchObject([{ redemptionId, tries: 2 }]);
    expect(await rig.sagaWork.claimDue({ limit: 10, leaseMs: 60_000 })).toEqual([]);
  });

  it('is put off by a back-off, which leaves the tries counted', async () => {
    const [redemptionId] = (await askFor(1)) as [string];
    const key = { companyId: COMPANY, redemptionId };
    await rig.sagaWork.claimDue({ limit: 10, leaseMs: 30_000 });
    await rig.sagaWork.backOff([{ ...key, delayMs: 60_000, tries: 1 }]);
    expect(await rig.sagaWork.claimDue({ limit: 10, leaseMs: 0 })).toEqual([]);
    await rig.sagaWork.backOff([{ ...key, delayMs: 0, tries: 1 }]);
    expect(await rig.sagaWork.claimDue({ limit: 10, leaseMs: 0 })).toMatchObject([{ tries: 2 }]);
  });

  it('counts the looks, and no lease that ran out before one came', async () => {
    const [redemptionId] = (await askFor(1)) as [string];
    const key = { companyId: COMPANY, redemptionId };
    for (let lease = 1; lease <= 20; lease += 1) await rig.sagaWork.claimDue({ limit: 10, leaseMs: 0 });
    await rig.sagaWork.backOff([{ ...key, delayMs: 0, tries: 1 }]);
    expect(await rig.sagaWork.claimDue({ limit: 10, leaseMs: 0 })).toMatchObject([{ tries: 2 }]);
  });

  it('is tried for the first time after a command that made it due, whatever a look before it was', async () => {
    const [redemptionId] = (await askFor(1, { provider: httpProvider() })) as [string];
    const key = { companyId: COMPANY, redemptionId };
    const call = { timeoutMs: 60_000, notFound: false };
    await rig.run(COMPANY, walletId, { type: 'AdvanceRedemption', redemptionId, voucher: undefined, call });
    await rig.run(COMPANY, walletId, { type: 'ReleaseRedemption', redemptionId });
    await rig.sagaWork.backOff([{ ...key, delayMs: 60_000, tries: 7 }]);
    expect(await rig.sagaWork.claimDue({ limit: 10, leaseMs: 0 })).toMatchObject([{ redemptionId, tries: 1 }]);
  });

  it('stays due where somebody made it due while it was worked on, whatever the worker says', async () => {
    const [redemptionId] = (await askFor(1)) as [string];
    await rig.sagaWork.claimDue({ limit: 10, leaseMs: 60_000 });
    await rig.pool.query('UPDATE saga_work SET due_at = clock_timestamp()');
    await rig.sagaWork.backOff([{ companyId: COMPANY, redemptionId, delayMs: 60_000, tries: 1 }]);
    expect(await rig.sagaWork.claimDue({ limit: 10, leaseMs: 0 })).toMatchObject([{ redemptionId }]);
  });

  it('is passed over while another is taking it, and nobody waits', async () => {
    const ids = await askFor(5);
    const other = new pg.Client({ connectionString: db.connectionString });
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT FROM saga_work WHERE redemption_id = ANY ($1) FOR UPDATE', [ids.slice(0, 2)]);
    const claimed = await rig.sagaWork.claimDue({ limit: 10, leaseMs: 60_000 });
    await other.end();
    expect(claimed.map(({ redemptionId }) => redemptionId).sort()).toEqual(ids.slice(2).sort());
  });

  it('is overdue by the age of the oldest, and by nothing when nothing is due', async () => {
    expect(await rig.sagaWork.overdueMs()).toBe(0);
    await askFor(2);
    await rig.pool.query(`UPDATE saga_work SET due_at = clock_timestamp() - interval '90 seconds'`);
    const overdue = await rig.sagaWork.overdueMs();
    expect(overdue).toBeGreaterThanOrEqual(90_000);
    expect(overdue).toBeLessThan(120_000);
    await rig.sagaWork.claimDue({ limit: 10, leaseMs: 60_000 });
    expect(await rig.sagaWork.overdueMs()).toBe(0);
  });

  it('goes with its last step', async () => {
    const [redemptionId] = (await askFor(1)) as [string];
    await rig.run(COMPANY, walletId, advance(redemptionId, voucher('CODE')), asWorker);
    expect((await rig.pool.query('SELECT FROM saga_work')).rowCount).toBe(0);
  });

  it('waits until the hold is over where the deduction waits for the order', async () => {
    const [redemptionId] = (await askFor(1, { deduction: 'order', holdSeconds: 3_600n })) as [string];
    await rig.run(COMPANY, walletId, advance(redemptionId, voucher('CODE')), asWorker);
    const { rows } = await rig.pool.query<{ minutes: number }>(
      `SELECT round(extract(epoch FROM due_at - clock_timestamp()) / 60)::int AS minutes FROM saga_work`,
    );
    expect(rows).toEqual([{ minutes: 60 }]);
    expect(await rig.sagaWork.claimDue({ limit: 10, leaseMs: 0 })).toEqual([]);
  });

  it('stands in the provider’s own queue where one has to be called', async () => {
    await askFor(1, { provider: httpProvider() });
    expect(await rig.sagaWork.claimDue({ limit: 10, leaseMs: 0 })).toMatchObject([{ queue: 'provider.1.shop' }]);
  });

  it('begins anew with a voucher that comes after all has been given back', async () => {
    const [redemptionId] = (await askFor(1, { provider: httpProvider() })) as [string];
    await rig.run(COMPANY, walletId, { type: 'ReleaseRedemption', redemptionId });
    expect((await rig.pool.query('SELECT FROM saga_work')).rowCount).toBe(0);
    const answer = { kind: 'issued', voucher: voucher('LATE') } as const;
    await rig.run(COMPANY, walletId, { type: 'RecordCallAnswer', redemptionId, attempt: 1, answer }, asWorker);
    expect(await rig.sagaWork.claimDue({ limit: 10, leaseMs: 0 })).toMatchObject([{ redemptionId }]);
  });
});
