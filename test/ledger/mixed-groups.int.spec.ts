import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { openRig, type LedgerRig } from '../support/ledger/ledger-rig.js';
import type { MixedWorkDone, StreamKey } from '../support/ledger/mixed-work.js';
import { eventsSettled } from '../support/ledger/settled-events.js';
import { findingsIn } from '../support/ledger/stored-ledger.js';
import { FEED_START, outOfOrder, readFeed } from './event-feed.js';
import { startLedgerProcesses, type LedgerProcess } from './ledger-processes.js';

const GROUPS = Number(process.env['HOLDFAST_TEST_GROUPS'] ?? 2_000);
const PROCESSES = 4;
const COMPANIES = [1, 2];
const WALLETS = 40;

describe(`${GROUPS} mixed groups from ${PROCESSES} processes on ${WALLETS} wallets`, () => {
  let db: TestDatabase;
  let rig: LedgerRig;
  let processes: readonly LedgerProcess[];
  let done: readonly MixedWorkDone[];

  beforeAll(
    async () => {
      db = await createTestDatabase();
      rig = openRig(db.connectionString);
      processes = await startLedgerProcesses(PROCESSES, db.connectionString, { lanes: 3, groupMax: 6 });
      const wallets: StreamKey[] = await Promise.all(
        Array.from({ length: WALLETS }, async (_, i) => {
          const companyId = COMPANIES[i % COMPANIES.length]!;
          return { companyId, walletId: await rig.walletWith(companyId, `customer-${i}`, 100n) };
        }),
      );
      const groups = Math.ceil(GROUPS / PROCESSES);
      done = await Promise.all(
        processes.map((process, i) => process.work({ seed: 7_000 + i, wallets, callers: 24, groups })),
      );
    },
    60_000 + GROUPS * 20,
  );

  afterAll(async () => {
    await Promise.all(processes.map((process) => process.stop()));
    await rig.stop();
    await db.drop();
  });

  it('are all carried out, and nothing fails but what the rules refuse', () => {
    expect(done.flatMap(({ unexpected }) => unexpected)).toEqual([]);
    expect(sum(done.map(({ groups }) => groups))).toBeGreaterThanOrEqual(GROUPS);
  });

  it('are as mixed as they are meant to be', () => {
    const seen = (outcome: string): number => sum(done.map(({ outcomes }) => outcomes[outcome] ?? 0));
    const wanted = ['written', 'unchanged', 'repeated', 'IDEMPOTENCY_KEY_REUSED', 'INSUFFICIENT_POINTS'];
    expect(wanted.filter((outcome) => seen(outcome) === 0)).toEqual([]);
    expect(sum(done.map(({ commands }) => commands))).toBeGreaterThan(GROUPS);
  });

  it('never deadlock', async () => {
    const { rows } = await rig.pool.query<{ deadlocks: string; commits: string }>(
      `SELECT deadlocks, xact_commit AS commits FROM pg_stat_database WHERE datname = current_database()`,
    );
    expect(rows[0]?.deadlocks).toBe('0');
    expect(done.flatMap(({ retried }) => retried)).not.toContain('40P01');
    // The server's own count of what was committed shows that the figure above has been brought up to date.
    expect(Number(rows[0]?.commits)).toBeGreaterThan(GROUPS / 2);
  });

  it('leave every stream whole and every projection as its stream folds', async () => {
    expect(await findingsIn(rig.pool)).toEqual([]);
  });

  it('appear in the feed with each stream in order', async () => {
    await eventsSettled(rig.pool);
    const events = await readFeed(rig.pool, FEED_START, 1_000_000);
    const { rows } = await rig.pool.query<{ stored: string }>(`SELECT count(*) AS stored FROM event`);
    expect(events).toHaveLength(Number(rows[0]?.stored));
    expect(outOfOrder(events)).toEqual([]);
  });

  it('held several wallets each, from processes that overlapped', async () => {
    const { rows } = await rig.pool.query<{ wide: string }>(
      `SELECT count(*) AS wide FROM (SELECT FROM event GROUP BY transaction_id HAVING count(DISTINCT wallet_id) > 1) t`,
    );
    expect(Number(rows[0]?.wide)).toBeGreaterThan(GROUPS / 4);
  });
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
