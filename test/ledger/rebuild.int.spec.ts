import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { uuidV7 } from '#platform';
import type pg from 'pg';
import {
  connectAsOwner,
  rebuildProjections,
  RebuildError,
  type RebuildProgress,
} from '../../libs/ledger/src/rebuild/index.js';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import {
  advance,
  earn,
  httpProvider,
  key,
  openRig,
  request,
  voucher,
  type LedgerRig,
} from '../support/ledger/ledger-rig.js';
import { findingsIn } from '../support/ledger/stored-ledger.js';

const SHAPE = `
  SELECT c.relname, c.reloptions, c.relacl::text,
         array(SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = c.oid ORDER BY 1) AS indexes,
         array(SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = c.oid ORDER BY 1) AS constraints,
         array(SELECT attname || ' ' || atttypid::regtype || ' ' || attnotnull FROM pg_attribute
                WHERE attrelid = c.oid AND attnum > 0 ORDER BY attnum) AS columns
  FROM pg_class c WHERE relname IN ('wallet', 'redemption', 'command_key', 'voucher_code', 'flagged_redemption', 'option_counter')
  ORDER BY 1`;

describe('A rebuild of the projections', () => {
  let db: TestDatabase;
  let rig: LedgerRig;
  let wallets: string[];

  beforeEach(async () => {
    db = await createTestDatabase();
    rig = openRig(db.connectionString);
    wallets = await Promise.all(
      Array.from({ length: 40 }, (_, i) => rig.walletWith(1 + (i % 3), `customer-${i}`, 10_000n)),
    );
    await Promise.all(wallets.map((_, i) => redeem(i, `first-${i}`)));
    await flag(0);
  });
  afterEach(async () => {
    await rig.stop();
    await db.drop();
  });

  const connect = (): Promise<pg.Client> => connectAsOwner(db.connectionString);
  const rebuild = (names?: readonly string[]) => rebuildProjections({ connect, names });

  async function redeem(i: number, name: string): Promise<void> {
    const [companyId, walletId] = [1 + (i % 3), wallets[i] as string];
    const wish = request(10n);
    await rig.run(companyId, walletId, wish, { key: key(name), privateText: { idempotencyKey: name } });
    await rig.run(companyId, walletId, advance(wish.redemptionId, voucher(name)));
  }

  /** Left with a flag, and another that had one. */
  async function flag(i: number): Promise<void> {
    for (const resolved of [false, true]) {
      const redemptionId = uuidV7();
      const [companyId, walletId] = [1 + (i % 3), wallets[i] as string];
      await rig.run(companyId, walletId, request(10n, { redemptionId, provider: httpProvider() }));
      await rig.run(companyId, walletId, { type: 'FlagRedemption', redemptionId, reason: 'code_ambiguous' });
      if (!resolved) continue;
      await rig.run(companyId, walletId, {
        type: 'ResolveFlags',
        redemptionId,
        outcome: 'accept_loss',
        voucher: undefined,
      });
    }
  }

  /** All rows of all projections: a rebuild of what is right changes none. */
  async function rows(): Promise<string[]> {
    const texts: string[] = [];
    for (const table of ['wallet', 'redemption', 'command_key', 'voucher_code', 'flagged_redemption']) {
      const found = await rig.pool.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t ORDER BY 1`);
      texts.push(table, ...found.rows.map(({ row }) => row));
    }
    return texts;
  }

  it('leaves every row of an honest ledger as it was, and nothing besides', async () => {
    const before = await rows();
    const report = await rebuild();
    expect(report).toMatchObject({ streams: 40, tables: expect.arrayContaining(['wallet', 'command_key']) as unknown });
    expect(await rows()).toEqual(before);
    const { rows: schemas } = await rig.pool.query(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'holdfast%'`);
    expect(schemas).toEqual([]);
    await redeem(1, 'afterwards');
    expect(await findingsIn(rig.pool)).toEqual([]);
  });

  it('mends rows that were changed, removed or made up', async () => {
    const before = await rows();
    await rig.pool.query(`
      UPDATE wallet SET available = available + 5, earned = earned + 5 WHERE company_id = 1;
      UPDATE wallet SET customer_id = 'nobody' WHERE company_id = 2;
      DELETE FROM redemption WHERE company_id = 2;
      UPDATE redemption SET status = 'reserved', state = replace(state, 'committed', 'reserved') WHERE company_id = 3;
      INSERT INTO voucher_code SELECT company_id, digest, gen_random_uuid() FROM voucher_code;
      TRUNCATE command_key, flagged_redemption`);
    await rebuild();
    expect(await rows()).toEqual(before);
  });

  it('rebuilds the named one only', async () => {
    await rig.pool.query(`DELETE FROM voucher_code; UPDATE flagged_redemption SET flagged_at = 'epoch'`);
    expect((await rebuild(['voucher_code'])).tables).toEqual(['voucher_code']);
    const { rows: found } = await rig.pool.query(`SELECT (SELECT count(*)::int FROM voucher_code) AS codes,
      (SELECT count(*)::int FROM flagged_redemption WHERE flagged_at = 'epoch') AS epochs`);
    expect(found).toEqual([{ codes: 40, epochs: 1 }]);
    await expect(rebuild(['nothing'])).rejects.toThrow(RebuildError);
  });

  it('comes again where a vacuum takes longer than it is given to end', async () => {
    const vacuum = await connect();
    await vacuum.query('BEGIN; LOCK TABLE wallet IN SHARE UPDATE EXCLUSIVE MODE');
    const rebuilding = rebuild();
    await sleep(11_000);
    await vacuum.query('ROLLBACK');
    await vacuum.end();
    expect(await rebuilding).toMatchObject({ streams: wallets.length });
  });

  it('waits for a vacuum of a table it has just filled', async () => {
    const vacuum = await connect();
    let vacuumed: Promise<unknown> | undefined;
    const onProgress = ({ phase }: RebuildProgress): void => {
      if (phase !== 'catch up') return;
      vacuumed ??= vacuum
        .query('BEGIN; LOCK TABLE holdfast_rebuild.wallet IN SHARE UPDATE EXCLUSIVE MODE')
        .then(() => sleep(400))
        .then(() => vacuum.query('ROLLBACK'));
    };
    await rebuildProjections({ connect, onProgress });
    await vacuumed;
    await vacuum.end();
    expect(await findingsIn(rig.pool)).toEqual([]);
  });

  it('keeps the tables’ indexes, checks, rights and storage', async () => {
    const shape = async (): Promise<readonly unknown[]> => (await rig.pool.query<Record<string, unknown>>(SHAPE)).rows;
    const before = await shape();
    await rebuild();
    expect(await shape()).toEqual(before);
  });

  it('goes on beside requests, of which none fails, and is equal to the fold in the end', async () => {
    let [running, done] = [true, 0];
    const load = wallets.map(async (walletId, i) => {
      for (let n = 0; running; n++) {
        await redeem(i, `load-${i}-${n}`);
        await rig.run(1 + (i % 3), walletId, earn(1n));
        await rig.walletWith(4, `new-${i}-${n}`, 1n);
        done += 1;
      }
    });
    const readers = [1, 2, 3].map(async () => {
      while (running) await rig.reader.wallet(1, wallets[0] as string);
    });
    for (let round = 0; round < 3; round++) {
      const before = done;
      await rebuild();
      expect(done).toBeGreaterThan(before);
    }
    running = false;
    await Promise.all([...load, ...readers]);
    expect(await findingsIn(rig.pool)).toEqual([]);
  });

  it('changes nothing when it is killed on its way, and can be started again', async () => {
    await rig.pool.query(`UPDATE wallet SET available = available + 5, earned = earned + 5`);
    const before = await rows();
    for (const phase of ['fold', 'index', 'catch up', 'swap']) {
      const clients: pg.Client[] = [];
      const dying = rebuildProjections({
        connect: async () => {
          const client = await connect();
          clients.push(client);
          return client;
        },
        onProgress: (progress) => {
          if (progress.phase === phase && progress.share < 1)
            for (const client of clients) client.connection.stream.destroy();
        },
      });
      await expect(dying).rejects.toThrow();
      expect(await rows()).toEqual(before);
    }
    await rebuild();
    expect(await findingsIn(rig.pool)).toEqual([]);
  });

  it('is done by one at a time', async () => {
    const other = await connect();
    await other.query('SELECT pg_advisory_lock(1213156420, 2)');
    await expect(rebuild()).rejects.toThrow('being rebuilt already');
    await other.end();
    await rebuild();
  });
});
