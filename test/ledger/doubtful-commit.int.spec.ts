import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../libs/platform/src/embedded-postgres/index.js';
import { deployMigrations } from '../../libs/platform/src/migrate/index.js';
import { earn, key, openRig, type LedgerRig } from '../support/ledger/ledger-rig.js';

/** Sessions whose COMMIT stands on this server and waits for a standby. */
const WAITING_COMMITS = `
  SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = $1`;

/** A server of this file's own: the setting that makes commits wait for a standby is the whole server's. */
describe('A commit that stands here, but not where it should also stand', () => {
  let dataDir: string;
  let postgres: EmbeddedPostgres;
  let admin: pg.Client;
  let rig: LedgerRig;
  const retries: unknown[] = [];

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'holdfast-doubt-'));
    postgres = await startEmbeddedPostgres({ dataDir, settings: { shared_buffers: '32MB' } });
    const connectionString = postgres.connectionString('postgres');
    await deployMigrations(connectionString);
    admin = new pg.Client({ connectionString });
    await admin.connect();
    await admin.query('SET synchronous_commit = local');
    rig = openRig(connectionString, {
      ledger: { lanes: 1 },
      applicationName: 'under-test',
      observer: { groupDone: () => undefined, groupRetried: (error) => retries.push(error) },
    });
  });

  afterAll(async () => {
    await rig.stop();
    await admin.end();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Makes every commit wait for a standby that does not exist, and returns once one has waited in vain. */
  async function waitForNobody(): Promise<void> {
    await admin.query(`ALTER SYSTEM SET synchronous_standby_names = 'nobody'`);
    await admin.query('SELECT pg_reload_conf()');
    const probe = new pg.Client({ connectionString: postgres.connectionString('postgres'), application_name: 'probe' });
    await probe.connect();
    let waited = false;
    const cancelled = waitingCommit('probe').then((pid) => {
      waited = true;
      return cancel(pid);
    });
    while (!waited) await probe.query(`SELECT pg_logical_emit_message(true, 'probe', '')`);
    await cancelled;
    await probe.end();
  }

  async function cancel(pid: number): Promise<void> {
    await admin.query('SELECT pg_cancel_backend($1)', [pid]);
  }

  async function waitForNoStandby(): Promise<void> {
    await admin.query('ALTER SYSTEM RESET synchronous_standby_names');
    await admin.query('SELECT pg_reload_conf()');
  }

  async function waitingCommit(applicationName = 'under-test-ledger'): Promise<number> {
    for (;;) {
      const { rows } = await admin.query<{ pid: number }>(WAITING_COMMITS, [applicationName]);
      if (rows[0] !== undefined) return rows[0].pid;
      await sleep(10);
    }
  }

  it('is not acknowledged until a commit is, and then is answered as what it was: written once', async () => {
    const walletId = await rig.walletWith(1, 'customer', 0n);
    await waitForNobody();
    let answered = false;
    const answer = rig.run(1, walletId, earn(5n), { key: key('doubtful') }).finally(() => (answered = true));

    // The server gives up waiting and says COMMIT, with a warning alone.
    const first = await waitingCommit();
    await cancel(first);
    while (retries.length === 0) await sleep(10);
    const second = await waitingCommit();
    expect(second).not.toBe(first);
    expect(answered).toBe(false);

    await waitForNoStandby();
    await expect(answer).resolves.toMatchObject({ outcome: 'written', wallet: { available: 5n, version: 2n } });
    expect(retries).toHaveLength(1);
    expect(await rig.reader.wallet(1, walletId)).toMatchObject({ available: 5n, version: 2n });
  });
});
