import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { uuidV7 } from '#platform';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { earn, openRig, type LedgerRig } from '../support/ledger/ledger-rig.js';
import { seededRandom } from '../support/ledger/seeded-random.js';
import { eventsSettled } from '../support/ledger/settled-events.js';
import { FEED_START, outOfOrder, readFeed, readNaively, type FeedCursor, type FeedEvent } from './event-feed.js';
import { writeGroup, type LockKind } from './stored-event-writer.js';

const COMPANY = 1;
const WRITERS = 8;
const GROUPS_EACH = 40;

describe('The feed of events', () => {
  let db: TestDatabase;
  let rig: LedgerRig;

  beforeAll(async () => {
    db = await createTestDatabase();
    rig = openRig(db.connectionString);
  });

  afterAll(async () => {
    await rig.stop();
    await db.drop();
  });

  /** Writers on connections of their own, with groups of wallets that overlap; returns the feed of what they wrote. */
  async function writeConcurrently(companyId: number, lock: LockKind): Promise<readonly FeedEvent[]> {
    const wallets = await Promise.all(Array.from({ length: 16 }, (_, i) => rig.walletWith(companyId, `w${i}`, 0n)));
    await Promise.all(
      Array.from({ length: WRITERS }, async (_, writer) => {
        const client = new pg.Client({ connectionString: db.connectionString });
        await client.connect();
        const random = seededRandom(writer + 1);
        for (let group = 0; group < GROUPS_EACH; group++) {
          const some = new Set(Array.from({ length: 6 }, () => random.pick(wallets)));
          await writeGroup(client, lock, companyId, [...some]);
        }
        await client.end();
      }),
    );
    await eventsSettled(rig.pool);
    const events = await readFeed(rig.pool, FEED_START, 1_000_000);
    return events.filter(({ stream }) => stream.startsWith(`${companyId}:`));
  }

  it('shows each stream in order when writers lock with advisory locks, which take no transaction id', async () => {
    const events = await writeConcurrently(21, 'advisory');
    expect(events.length).toBeGreaterThan(WRITERS * GROUPS_EACH * 3);
    expect(outOfOrder(events)).toEqual([]);
  });

  it('shows streams out of order when the same writers lock with SELECT … FOR UPDATE', async () => {
    const events = await writeConcurrently(22, 'row');
    expect(events.length).toBeGreaterThan(WRITERS * GROUPS_EACH * 3);
    expect(outOfOrder(events).length).toBeGreaterThan(0);
  });

  it('waits for a transaction that is still open, and then shows what it wrote', async () => {
    const { late, feed } = await readAround(readFeed);
    expect(feed).toContain(late);
  });

  it('skips what commits late for a reader that remembers only the greatest position', async () => {
    const { late, early, feed } = await readAround(readNaively);
    expect(feed).toContain(early);
    expect(feed).not.toContain(late);
  });

  /** Holds a transaction open that has written `late`, lets `early` be written and read behind it, and then commits it. */
  async function readAround(
    read: (db: pg.Pool, after: FeedCursor, limit: number) => Promise<readonly FeedEvent[]>,
  ): Promise<{ readonly late: string; readonly early: string; readonly feed: readonly string[] }> {
    const [lateWallet, earlyWallet] = await Promise.all([
      rig.walletWith(COMPANY, uuidV7(), 1n),
      rig.walletWith(COMPANY, uuidV7(), 1n),
    ]);
    let cursor = FEED_START;
    const feed: string[] = [];
    const readOn = async (): Promise<void> => {
      for (const event of await read(rig.pool, cursor, 1_000_000)) {
        feed.push(`${event.stream} ${event.version}`);
        cursor = event;
      }
    };
    const held = new pg.Client({ connectionString: db.connectionString });
    await held.connect();
    await held.query('BEGIN');
    await held.query(
      `INSERT INTO event (company_id, wallet_id, version, event_id, type, occurred_at, body, hash, available_after,
                          reserved_after, burned_after)
       VALUES ($1, $2, 3, $3, 'PointsEarned', clock_timestamp(), '{}', '', 0, 0, 0)`,
      [COMPANY, lateWallet, uuidV7()],
    );
    await rig.run(COMPANY, earlyWallet, earn(1n));
    await readOn();
    await held.query('COMMIT');
    await held.end();
    await eventsSettled(rig.pool);
    await readOn();
    return { late: `${COMPANY}:${lateWallet} 3`, early: `${COMPANY}:${earlyWallet} 3`, feed };
  }
});
