import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CompanyTree, ledgerRoot, type SealedHead } from '#domain';
import { SigningKey, sha256 } from '#platform';
import pg from 'pg';
import { earn } from '../support/ledger/ledger-rig.js';
import { AuditRig } from './audit-rig.js';
import { forgeStream } from './forge-stream.js';
import { watchedPool } from './watched-pool.js';

let rig: AuditRig;
beforeEach(async () => {
  rig = await AuditRig.open();
});
afterEach(() => rig.close());

/** The root as anybody computes it who has all events. */
async function rootOfAll(): Promise<string> {
  const { rows } = await rig.pool.query<Omit<SealedHead, 'version'> & { version: string }>(
    `SELECT DISTINCT ON (company_id, wallet_id) company_id AS "companyId", wallet_id AS "walletId", version,
            encode(hash, 'hex') AS hash
       FROM event ORDER BY company_id, wallet_id, version DESC`,
  );
  const trees = new Map<number, CompanyTree>();
  for (const row of rows) {
    const tree = trees.get(row.companyId) ?? new CompanyTree(sha256);
    trees.set(row.companyId, tree);
    tree.add({ ...row, version: BigInt(row.version) });
  }
  const roots = [...trees.values()].map((tree) => tree.root());
  return Buffer.from(ledgerRoot(sha256, roots)).toString('hex');
}

describe('A checkpoint', () => {
  it('seals the heads of all streams of all companies, and the next one what has changed', async () => {
    const first = await Promise.all([1, 2, 3].map((n) => rig.redeemed(n % 2, `c${n}`)));
    const one = await rig.seal();
    expect(one).toMatchObject({ sealed: true, stored: { checkpoint: { id: 1n, companies: 2n, streams: 3n } } });
    expect(one!.stored.checkpoint.root).toBe(await rootOfAll());

    await rig.redeemed(7, 'late');
    await rig.ledger.run(1, first[0]!.walletId, earn(5n));
    const two = await rig.seal();
    const { rows } = await rig.pool.query<{ events: string }>('SELECT count(*) AS events FROM event');
    expect(two!.stored.checkpoint).toMatchObject({
      id: 2n,
      companies: 3n,
      streams: 4n,
      events: BigInt(rows[0]!.events),
      changedStreams: 2n,
    });
    expect(two!.stored.checkpoint.root).toBe(await rootOfAll());
    expect(await rig.findings()).toEqual([]);
    expect(await rig.findings(1n)).toEqual([]);
  });

  it('is not made of nothing, nor twice of the same, unless that is asked for', async () => {
    expect(await rig.seal()).toBeUndefined();
    await rig.redeemed(1, 'a');
    await rig.seal();
    expect(await rig.seal()).toMatchObject({ sealed: false, stored: { checkpoint: { id: 1n } } });
    expect(await rig.seal({ evenIfUnchanged: true })).toMatchObject({ stored: { checkpoint: { id: 2n } } });
    expect(await rig.findings()).toEqual([]);
  });

  it('follows the one before it by number, also where that has more digits', async () => {
    await rig.redeemed(1, 'a');
    for (let number = 1; number <= 11; number++) await rig.seal({ evenIfUnchanged: true });
    expect(await rig.findings()).toEqual([]);
    expect(await rig.findings(9n)).toEqual([]);
  });

  it('looks at every stream again when transaction ids have begun anew', async () => {
    const { walletId } = await rig.redeemed(1, 'a');
    await rig.redeemed(1, 'b');
    await rig.seal();
    await rig.ledger.run(1, walletId, earn(1n));
    // As after a dump was read into another server: the ids of old events say nothing, and that of the last boundary neither.
    await rig.tamper(`UPDATE event SET transaction_id = '3'`);
    await rig.pool.query(`UPDATE checkpoint SET body = replace(body, '"epoch":"', '"epoch":"0')`);
    const two = await rig.seal();
    expect(two!.stored.checkpoint).toMatchObject({ id: 2n, changedStreams: 1n, streams: 2n });
    expect(two!.stored.checkpoint.root).toBe(await rootOfAll());
  });

  it('leaves out what is not committed yet, waits for nobody, and lets nobody wait', async () => {
    const { walletId } = await rig.redeemed(1, 'a');
    await rig.settled();
    const open = new pg.Client({ connectionString: rig.connectionString });
    await open.connect();
    await open.query('BEGIN');
    await open.query('SELECT pg_current_xact_id()');
    await rig.ledger.run(1, walletId, earn(1n));
    const one = await rig.sealNow();
    await open.query('COMMIT');
    await open.end();
    const two = await rig.seal();
    expect([one, two].map((seal) => seal!.stored.checkpoint.changedStreams)).toEqual([1n, 1n]);
    expect(two!.stored.checkpoint.events - one!.stored.checkpoint.events).toBe(1n);
    expect(await rig.findings()).toEqual([]);
  });

  it('lets the feed show what is written while it is computed', async () => {
    const wallets = await Promise.all([1, 2, 3].map((n) => rig.ledger.walletWith(n, `w${n}`, 1n)));
    await rig.seal();
    await rig.ledger.run(1, wallets[0]!, earn(1n));
    await rig.settled();
    const statements: string[] = [];
    const pool = watchedPool(rig.pool, async (client, text) => {
      const { rows } = await client.query<{ id: string | null }>('SELECT pg_current_xact_id_if_assigned()::text AS id');
      const [word = ''] = text.trim().split(/\s/);
      statements.push(rows[0]!.id === null ? word : `${word} with an id`);
      if (rows[0]!.id !== null || word === 'COMMIT') return;
      await rig.ledger.run(1, wallets[0]!, earn(1n));
      // The event is below the oldest transaction that is running: nothing keeps it from the feed's readers.
      await rig.settled();
    });
    const two = await rig.sealNow({ pool: pool as pg.Pool });
    expect(two).toMatchObject({ sealed: true, stored: { checkpoint: { id: 2n, changedStreams: 1n } } });
    const written = ['INSERT with an id', 'INSERT with an id', 'COMMIT with an id'];
    expect(statements.filter((statement) => statement.endsWith('with an id'))).toEqual(written);
    expect(statements.filter((statement) => ['SELECT', 'FETCH'].includes(statement)).length).toBeGreaterThan(5);
    await rig.seal();
    expect(await rig.findings()).toEqual([]);
  });

  it('is made one after the other by many that seal at once, while events are written', async () => {
    const wallets = await Promise.all([1, 2, 3, 4].map((n) => rig.ledger.walletWith(1, `w${n}`, 1n)));
    await rig.seal();
    await Promise.all([
      ...[1, 2, 3, 4, 5, 6].map(() => rig.sealNow({ evenIfUnchanged: true })),
      ...wallets.flatMap((id) => [1, 2, 3].map(() => rig.ledger.run(1, id, earn(1n)))),
    ]);
    await rig.seal();
    const { rows } = await rig.pool.query<{ ids: string[] }>('SELECT array_agg(id ORDER BY id) AS ids FROM checkpoint');
    expect(rows[0]!.ids.slice(0, 7)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(await rig.findings()).toEqual([]);
  });
});

describe('What was sealed and has changed', () => {
  const expected = expect.any(String);

  async function tampered(sql: string, values: unknown[] = []): Promise<readonly object[]> {
    await rig.tamper(sql, values);
    return (await rig.findings()).map(({ checkpointId: _, ...finding }) => finding);
  }

  async function twoCheckpoints(): Promise<string> {
    const { walletId } = await rig.redeemed(1, 'a');
    await rig.redeemed(2, 'b');
    await rig.seal();
    await rig.redeemed(1, 'c');
    await rig.seal();
    return walletId;
  }

  it('a tail that was taken away', async () => {
    const walletId = await twoCheckpoints();
    const findings = await tampered('DELETE FROM event WHERE wallet_id = $1 AND version > 3', [walletId]);
    const found = 'no such event: the stream ends at version 3';
    expect(findings).toEqual([{ companyId: 1, walletId, version: 6n, expected, found }]);
  });

  it('a stream that was taken away, with its projections', async () => {
    const walletId = await twoCheckpoints();
    await rig.pool.query('DELETE FROM wallet WHERE id = $1', [walletId]);
    const findings = await tampered('DELETE FROM event WHERE wallet_id = $1', [walletId]);
    expect(findings).toEqual([
      { companyId: 1, walletId, version: 6n, expected, found: 'no event of this stream at all' },
    ]);
  });

  it('a stream whose hashes were all computed anew', async () => {
    const walletId = await twoCheckpoints();
    const findings = await tampered(`UPDATE event SET hash = sha256(hash) WHERE wallet_id = $1`, [walletId]);
    expect(findings).toEqual([
      { companyId: 1, walletId, version: 6n, expected, found: expect.stringMatching(/^an event with/) },
    ]);
  });

  it.each([
    ['its text', `UPDATE checkpoint SET body = replace(body, '"streams":"2"', '"streams":"3"') WHERE id = 1`],
    ['its root', `UPDATE checkpoint SET root = sha256(root) WHERE id = 1`],
    ['its signature', `UPDATE checkpoint SET signature = sha256(signature) || sha256(signature) WHERE id = 1`],
    ['its key', `UPDATE checkpoint SET public_key = sha256(public_key) WHERE id = 1`],
    ['the whole of it', `DELETE FROM checkpoint WHERE id = 1`],
    [
      'a company’s root',
      `UPDATE checkpoint_company SET root = sha256(root) WHERE checkpoint_id = 1 AND company_id = 1`,
    ],
    [
      'a company’s bucket',
      `UPDATE checkpoint_company SET buckets = overlay(buckets PLACING '\\x00' FROM 700) WHERE checkpoint_id = 1`,
    ],
    ['a company', `DELETE FROM checkpoint_company WHERE company_id = 2`],
    ['a company’s counts', `UPDATE checkpoint_company SET events = events + 1 WHERE company_id = 2`],
    ['a head', `UPDATE checkpoint_head SET version = 5 WHERE company_id = 1 AND checkpoint_id = 1`],
    ['a head’s hash', `UPDATE checkpoint_head SET hash = sha256(hash) WHERE company_id = 2`],
    ['the loss of a head', `DELETE FROM checkpoint_head WHERE company_id = 2`],
    [
      'a head too many',
      `INSERT INTO checkpoint_head SELECT company_id, bucket, wallet_id, 2, version, hash FROM checkpoint_head WHERE company_id = 2`,
    ],
  ])('a checkpoint: %s', async (_, sql) => {
    await twoCheckpoints();
    expect(await rig.findings()).toEqual([]);
    await rig.pool.query(sql);
    expect(await rig.findings()).not.toEqual([]);
  });

  it('a stream that was written to since a checkpoint which is believed, and no longer begins as that sealed it', async () => {
    const { walletId } = await rig.redeemed(1, 'a');
    await rig.redeemed(1, 'b');
    const sealed = await rig.seal();
    await rig.ledger.run(1, walletId, earn(5n));
    await rig.settled();
    expect(await rig.findings(sealed?.stored.checkpoint.id)).toEqual([]);
    const client = new pg.Client({ connectionString: rig.connectionString });
    await client.connect();
    await client.query('SET session_replication_role = replica');
    await forgeStream(client, walletId, (event) =>
      event.type === 'PointsEarned' ? { ...event, data: { ...event.data, points: event.data.points + 1n } } : event,
    );
    await client.end();
    const found = expect.stringMatching(/^an event with/);
    expect(await rig.findings(sealed?.stored.checkpoint.id)).toEqual([
      { checkpointId: sealed?.stored.checkpoint.id, companyId: 1, walletId, version: 6n, expected, found },
    ]);
  });

  it('a checkpoint made anew with another key', async () => {
    await twoCheckpoints();
    await rig.pool.query('TRUNCATE checkpoint, checkpoint_company, checkpoint_head');
    Object.assign(rig, { key: SigningKey.parse('01'.repeat(31) + '02') });
    await rig.seal();
    expect(await rig.findings()).toEqual([]);
    Object.assign(rig, { key: SigningKey.parse('01'.repeat(31) + '03') });
    expect(await rig.findings()).toMatchObject([{ expected: 'a signature by a key that is trusted' }]);
  });
});
