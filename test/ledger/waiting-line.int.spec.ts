import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { earn, key, ledgerCommand, openRig, type LedgerRig, type RigOptions } from '../support/ledger/ledger-rig.js';
import { lockWallet } from './wallet-lock.js';

describe('The waiting line', () => {
  let db: TestDatabase;
  let rig: LedgerRig | undefined;

  beforeAll(async () => {
    db = await createTestDatabase();
  });

  afterEach(async () => {
    await rig?.stop();
    rig = undefined;
  });

  afterAll(() => db.drop());

  function open(options: RigOptions['ledger']): LedgerRig {
    return (rig = openRig(db.connectionString, { ledger: { lanes: 1, ...options } }));
  }

  /** Keeps another's hand on the wallet's lock while `work` runs. */
  async function whileLocked<T>(walletId: string, work: (unlock: () => Promise<void>) => Promise<T>): Promise<T> {
    const lock = await lockWallet(db.connectionString, walletId);
    await lock.held;
    try {
      return await work(() => lock.release());
    } finally {
      await lock.release();
    }
  }

  it('refuses what comes when it is full, and takes it again afterwards', async () => {
    const line = open({ queueMax: 10 });
    const walletId = await line.walletWith(1, 'full', 0n);
    const answers = await Promise.allSettled(
      Array.from({ length: 25 }, () => line.ledger.execute(ledgerCommand(1, walletId, earn(1n)))),
    );

    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
    expect(refused).toHaveLength(15);
    for (const error of refused) expect(error).toMatchObject({ code: 'LEDGER_OVERLOADED', retryAfterMs: 1_000 });
    await expect(line.ledger.execute(ledgerCommand(1, walletId, earn(1n)))).resolves.toMatchObject({
      wallet: { available: 11n },
    });
  });

  it('lets a command leave whose caller has gone before its group, and writes nothing for it', async () => {
    const line = open({});
    const walletId = await line.walletWith(1, 'left', 0n);
    const gone = new AbortController();
    await whileLocked(walletId, async (unlock) => {
      const stays = line.ledger.execute(ledgerCommand(1, walletId, earn(1n)));
      const leaves = line.ledger.execute(ledgerCommand(1, walletId, earn(100n), { signal: gone.signal }));
      gone.abort();

      await expect(leaves).rejects.toMatchObject({ code: 'COMMAND_ABANDONED' });
      await unlock();
      await expect(stays).resolves.toMatchObject({ outcome: 'written' });
    });
    expect(await line.reader.wallet(1, walletId)).toMatchObject({ available: 1n, version: 2n });
  });

  it('does not hold up other wallets behind one whose lock is not to be had', async () => {
    const line = open({});
    const [locked, free] = await Promise.all([line.walletWith(1, 'locked', 0n), line.walletWith(1, 'free', 0n)]);
    await whileLocked(locked, async (unlock) => {
      const waits = line.ledger.execute(ledgerCommand(1, locked, earn(1n)));
      await expect(line.ledger.execute(ledgerCommand(1, free, earn(1n)))).resolves.toMatchObject({
        outcome: 'written',
      });
      await unlock();
      await expect(waits).resolves.toMatchObject({ outcome: 'written', wallet: { available: 1n } });
    });
  });

  it('is finished when the ledger closes, and nothing more is taken', async () => {
    const line = open({ groupMax: 5 });
    const walletId = await line.walletWith(1, 'closing', 0n);
    let answered = 0;
    const waiting = Array.from({ length: 60 }, () =>
      line.ledger.execute(ledgerCommand(1, walletId, earn(1n))).then(() => (answered += 1)),
    );
    const closed = line.ledger.close();
    await expect(line.ledger.execute(ledgerCommand(1, walletId, earn(1n)))).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
    });
    await closed;

    expect(line.ledger.waiting).toBe(0);
    expect(answered).toBe(60);
    await Promise.all(waiting);
    expect(await line.reader.wallet(1, walletId)).toMatchObject({ available: 60n });
  });

  it.each(['company', 'any'] as const)('groups by %s as it is told', async (groupBy) => {
    const line = open({ groupBy, lanes: 2 });
    const companies = [100, 101, 102, 103, 104].map((company) => company + (groupBy === 'any' ? 50 : 0));
    const wallets = await Promise.all(companies.map((company) => line.walletWith(company, 'grouped', 0n)));
    const commands = Array.from({ length: 20 }, (_, round) =>
      companies.map((company, i) => ledgerCommand(company, wallets[i]!, earn(1n), { key: key(`${groupBy}-${round}`) })),
    ).flat();
    await Promise.all(commands.map((command) => line.ledger.execute(command)));

    const { rows } = await line.pool.query<{ mixed: number }>(
      `SELECT count(*)::int AS mixed FROM (
         SELECT FROM event WHERE company_id = ANY ($1) GROUP BY transaction_id HAVING count(DISTINCT company_id) > 1) t`,
      [companies],
    );
    if (groupBy === 'company') expect(rows[0]?.mixed).toBe(0);
    else expect(rows[0]?.mixed).toBeGreaterThan(0);
  });
});
