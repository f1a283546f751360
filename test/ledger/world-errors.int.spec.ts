import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { uuidV7 } from '#platform';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { earn, key, openRig, request, type LedgerRig } from '../support/ledger/ledger-rig.js';
import { findingsIn } from '../support/ledger/stored-ledger.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

const COMPANY = 1;

describe('When the database', () => {
  let db: TestDatabase;
  let proxy: TcpProxy;
  let rig: LedgerRig;
  let walletId: string;
  let groups: number;
  let retries: unknown[];

  beforeEach(async () => {
    db = await createTestDatabase();
    proxy = await startTcpProxy(db.connectionString);
    groups = 0;
    retries = [];
    const observer = { groupDone: () => (groups += 1), groupRetried: (error: unknown) => retries.push(error) };
    rig = openRig(proxy.connectionString, { ledger: { lanes: 2 }, observer, applicationName: 'under-test' });
    walletId = await rig.walletWith(COMPANY, 'customer', 1_000n);
  });

  afterEach(async () => {
    // Connections that were frozen never end by themselves.
    await proxy.close();
    await rig.stop();
    await db.drop();
  });

  async function directly<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: db.connectionString });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  it('ends the ledger’s sessions again and again under load, every command is still written once', async () => {
    const wallets = await Promise.all(Array.from({ length: 8 }, (_, i) => rig.walletWith(COMPANY, `c${i}`, 0n)));
    let loading = true;
    const killed = directly(async (client) => {
      let sessions = 0;
      while (loading) {
        const { rowCount } = await client.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND application_name = 'under-test-ledger'`,
        );
        sessions += rowCount ?? 0;
        await sleep(300);
      }
      return sessions;
    });
    const callers = wallets.map(async (wallet) => {
      for (let i = 0; i < 60; i++) await rig.run(COMPANY, wallet, earn(1n), { key: key(uuidV7()) });
    });
    await Promise.all(callers).finally(() => (loading = false));

    expect(await killed).toBeGreaterThan(0);
    expect(retries.length).toBeGreaterThan(0);
    const views = await Promise.all(wallets.map((wallet) => rig.reader.wallet(COMPANY, wallet)));
    expect(views.map((view) => [view?.available, view?.version])).toEqual(wallets.map(() => [60n, 61n]));
    expect(await findingsIn(rig.pool)).toEqual([]);
  });

  it('lets a lock time out, the group is tried again until the lock is free', async () => {
    await directly(async (client) => {
      await client.query('BEGIN');
      await client.query('LOCK TABLE command_key IN ACCESS EXCLUSIVE MODE');
      const answer = rig.run(COMPANY, walletId, earn(5n), { key: key('locked-out') });
      while (retries.length === 0) await sleep(20);
      await client.query('ROLLBACK');
      await expect(answer).resolves.toMatchObject({ outcome: 'written', wallet: { available: 1_005n } });
    });
    expect(retries[0]).toMatchObject({ code: '55P03' });
  });

  it('refuses connections for a while, commands wait it out', async () => {
    await proxy.refuse();
    const answer = rig.run(COMPANY, walletId, earn(5n), { key: key('refused') });
    while (retries.length < 3) await sleep(10);
    await proxy.accept();

    await expect(answer).resolves.toMatchObject({ outcome: 'written', wallet: { available: 1_005n } });
    expect(retries).toContainEqual(expect.objectContaining({ code: 'ECONNREFUSED' }));
  });

  it('stays away, callers are told after a bounded number of tries, and the ledger works again when it is back', async () => {
    await proxy.refuse();
    const answers = await Promise.allSettled(
      Array.from({ length: 5 }, (_, i) => rig.run(COMPANY, walletId, earn(1n), { key: key(`away-${i}`) })),
    );
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'LEDGER_UNAVAILABLE', retryAfterMs: 1_000 } });
    }
    expect(retries).toHaveLength(9);

    await proxy.accept();
    await expect(rig.run(COMPANY, walletId, earn(1n), { key: key('away-0') })).resolves.toMatchObject({
      outcome: 'written',
      wallet: { available: 1_001n },
    });
  });

  it('is lost without a word, the group gives up the dead connection and takes another', async () => {
    await rig.run(COMPANY, walletId, earn(1n), { key: key('before') });
    proxy.freeze();
    const answer = await rig.run(COMPANY, walletId, earn(5n), { key: key('frozen') });
    expect(answer).toMatchObject({ outcome: 'written', wallet: { available: 1_006n } });
    expect(retries).toHaveLength(1);
  });

  it('refuses connections for a while, the opening of a wallet waits it out, too', async () => {
    await proxy.refuse();
    const origin = { actor: { kind: 'system', id: 'test' }, traceId: undefined } as const;
    const opened = rig.wallets.open(COMPANY, 'patient', origin);
    await sleep(300);
    await proxy.accept();
    await expect(opened).resolves.toMatchObject({ created: true });
  });

  it('holds a redemption that can’t be read, that one fails alone, the others stand, and nothing is retried', async () => {
    const requests = Array.from({ length: 20 }, () => request(1n));
    await Promise.all(requests.map((one) => rig.run(COMPANY, walletId, one)));
    const broken = requests[7]!.redemptionId;
    await rig.pool.query(`UPDATE redemption SET state = '{}' WHERE company_id = $1 AND id = $2`, [COMPANY, broken]);
    groups = 0;
    const answers = await Promise.allSettled(
      requests.map(({ redemptionId }) => rig.run(COMPANY, walletId, { type: 'ReleaseRedemption', redemptionId })),
    );

    const failed = answers.flatMap((answer, i) =>
      answer.status === 'rejected' ? [[i, (answer.reason as Error).name]] : [],
    );
    expect(failed).toEqual([[7, 'MalformedRecord']]);
    expect(retries).toEqual([]);
    // A group is counted in the turn after its callers are answered.
    await sleep(0);
    expect(groups).toBe(1);
  });

  it('can’t store one command’s text, that one fails alone, 99 stand, and nothing is retried', async () => {
    groups = 0;
    const unstorable = request(1n, { rewardOptionId: 'ten\u0000off' });
    const commands = Array.from({ length: 100 }, (_, i) => (i === 37 ? unstorable : request(1n)));
    const answers = await Promise.allSettled(
      commands.map((command, i) => rig.run(COMPANY, walletId, command, { key: key(`bisected-${i}`) })),
    );

    const failed = answers.flatMap((answer, i) =>
      answer.status === 'rejected' ? [[i, answer.reason as unknown]] : [],
    );
    expect(failed).toEqual([[37, expect.objectContaining({ code: '22021' })]]);
    expect(retries).toEqual([]);
    // A group is counted in the turn after its callers are answered.
    await sleep(0);
    expect(groups).toBe(1);
    expect((await rig.reader.wallet(COMPANY, walletId))?.version).toBe(101n);
    expect(await findingsIn(rig.pool)).toEqual([]);

    const corrected = await rig.run(COMPANY, walletId, request(1n), { key: key('bisected-37') });
    expect(corrected.outcome).toBe('written');
  });
});
