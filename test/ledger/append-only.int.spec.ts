import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createQueueBackend } from '#platform/queue';
import { createLogger, Secret } from '#platform';
import { admitService, deployMigrations } from '#platform/migrate';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { advance, key, openRig, request, voucher, type LedgerRig } from '../support/ledger/ledger-rig.js';
import { findingsIn } from '../support/ledger/stored-ledger.js';

const REFUSED = '42501';
const CHANGES = [
  `UPDATE event SET body = body`,
  `UPDATE event SET body = body WHERE false`,
  `DELETE FROM event WHERE version = 2`,
  `TRUNCATE event`,
  `MERGE INTO event e USING (SELECT 1) q ON e.version = 2 WHEN MATCHED THEN DELETE`,
];

describe('Events', () => {
  const role = `service_${randomBytes(4).toString('hex')}`;
  let db: TestDatabase;
  let serviceUrl: string;
  let rig: LedgerRig;
  let owner: pg.Client;
  let service: pg.Client;

  beforeAll(async () => {
    db = await createTestDatabase();
    const url = new URL(db.connectionString);
    [url.username, url.password] = [role, 'a password with "quotes" and \'more\''];
    serviceUrl = url.href;
    await deployMigrations(db.connectionString, { queueTables: true });
    await admitService(db.connectionString, serviceUrl);
    rig = openRig(serviceUrl);
    const walletId = await rig.walletWith(1, 'customer', 100n);
    const wish = request(10n);
    await rig.run(1, walletId, wish, { key: key('k'), privateText: { idempotencyKey: 'k' } });
    await rig.run(1, walletId, advance(wish.redemptionId, voucher('code')));
    owner = await connected(db.connectionString);
    service = await connected(serviceUrl);
  });

  afterAll(async () => {
    await Promise.all([rig.stop(), service.end()]);
    await owner.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    await owner.end();
    await db.drop();
  });

  async function connected(connectionString: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString });
    await client.connect();
    return client;
  }

  it('are appended and read by the role of the services', async () => {
    expect(await findingsIn(rig.pool)).toEqual([]);
    const { rows } = await service.query('SELECT current_user AS me, count(*)::int AS events FROM event');
    expect(rows).toEqual([{ me: role, events: 6 }]);
  });

  it.each(CHANGES)('are not changed by that role: it has no right to %s', async (sql) => {
    await expect(service.query(sql)).rejects.toMatchObject({ code: REFUSED, routine: 'aclcheck_error' });
  });

  it.each(CHANGES)('are not changed by their owner either, a superuser: the trigger refuses %s', async (sql) => {
    await expect(owner.query(sql)).rejects.toMatchObject({ code: REFUSED, routine: 'exec_stmt_raise' });
  });

  it('keep their trigger from the services, who can’t alter the table, or make tables of their own', async () => {
    const alterations = ['ALTER TABLE event DISABLE TRIGGER ALL', 'DROP TABLE event', 'CREATE TABLE mine ()'];
    for (const sql of alterations) await expect(service.query(sql)).rejects.toMatchObject({ code: REFUSED });
    await expect(service.query('SET session_replication_role = replica')).rejects.toMatchObject({ code: REFUSED });
  });

  it('leave the services the queue in PostgreSQL, whose tables the owner has made', async () => {
    const logger = createLogger({ app: 'test', level: 'silent' });
    const backend = createQueueBackend({ redisUrl: undefined, databaseUrl: new Secret(serviceUrl), logger });
    await backend.runMigrations();
    const done = new Promise<unknown>((resolve) => {
      backend.worker<{ readonly what: string }>('errands', (job) => {
        resolve(job.data);
        return Promise.resolve();
      });
    });
    try {
      await backend.queue('errands').add('errand', { what: 'look' });
      expect(await done).toEqual({ what: 'look' });
    } finally {
      await backend.close();
    }
  });

  it('get their rights back from the next migration, when a restore has lost them', async () => {
    await owner.query(
      `REVOKE ALL ON ALL TABLES IN SCHEMA public FROM holdfast_app; GRANT ALL ON event TO holdfast_app`,
    );
    await deployMigrations(db.connectionString);
    const { rows } = await owner.query(
      `SELECT privilege FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) privilege
       WHERE has_table_privilege($1, 'event', privilege)`,
      [role],
    );
    expect(rows).toEqual([{ privilege: 'SELECT' }, { privilege: 'INSERT' }]);
    await rig.walletWith(1, 'another', 1n);
  });
});
