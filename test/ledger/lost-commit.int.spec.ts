import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Executed } from '#ledger';
import { uuidV7 } from '#platform';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { LOCKS_HERE } from '../support/locks-here.js';
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
import { startTcpProxy, type CommitFault, type TcpProxy } from '../support/tcp-proxy.js';
import { lockWallet } from './wallet-lock.js';

const COMPANY = 1;
const FAULTS: readonly { readonly at: CommitFault; readonly when: string }[] = [
  { at: 'before_commit', when: 'lost before the server sees it' },
  { at: 'after_commit', when: 'carried out and whose answer is lost' },
  { at: 'rolled_back', when: 'answered with ROLLBACK and no error' },
];

describe.each(FAULTS)('A COMMIT that is $when', ({ at }) => {
  let db: TestDatabase;
  let direct: LedgerRig;
  let proxy: TcpProxy;
  let rig: LedgerRig;
  let walletId: string;
  let customers = 0;

  beforeAll(async () => {
    db = await createTestDatabase();
    proxy = await startTcpProxy(db.connectionString);
    direct = openRig(db.connectionString);
    rig = openRig(proxy.connectionString, { ledger: { lanes: 1 } });
  });

  afterAll(async () => {
    await rig.stop();
    await direct.stop();
    await proxy.close();
    await db.drop();
  });

  beforeEach(async () => {
    customers += 1;
    walletId = await direct.walletWith(COMPANY, `customer-${customers}`, 1_000n);
  });

  /** Carries the work out and checks that the fault befell as many commits as it should. */
  async function withFaults<T>(times: number, work: () => Promise<T>): Promise<T> {
    const before = proxy.faults;
    proxy.failCommits(at, times);
    const done = await work();
    expect(proxy.faults - before).toBe(times);
    return done;
  }

  async function eventsOf(commandId: string): Promise<readonly string[]> {
    const { rows } = await direct.pool.query<{ type: string }>(
      `SELECT type FROM event WHERE wallet_id = $1 AND body::json ->> 'causationId' = $2 ORDER BY version`,
      [walletId, commandId],
    );
    return rows.map(({ type }) => type);
  }

  it('opens a customer’s wallet once, and tells whoever asked that it was opened', async () => {
    const customer = `new-${at}`;
    const origin = { actor: { kind: 'system', id: 'test' }, traceId: undefined } as const;
    const opened = await withFaults(1, () => rig.wallets.open(COMPANY, customer, origin));
    expect(opened.created).toBe(true);
    expect(await direct.wallets.open(COMPANY, customer, origin)).toEqual({ walletId: opened.walletId, created: false });
    expect(await direct.reader.wallet(COMPANY, opened.walletId)).toMatchObject({ version: 1n });
    expect(await findingsIn(direct.pool)).toEqual([]);
  });

  it('costs the caller of a keyed request nothing: it is written once and answered with its redemption', async () => {
    const commandId = uuidV7();
    const asked = request(10n);

    const answer = await withFaults(1, () =>
      rig.run(COMPANY, walletId, asked, { commandId, key: key(`request-${at}`), privateText: { note: 'n' } }),
    );

    expect(answer).toMatchObject({
      outcome: 'written',
      redemption: { id: asked.redemptionId, status: 'requested' },
      wallet: { version: 3n, available: 1_000n },
      events: [{ type: 'RedemptionRequested', version: 3n, causationId: commandId }],
    });
    expect(await eventsOf(commandId)).toEqual(['RedemptionRequested']);
  });

  it('costs the caller of a keyed earn nothing, though it happens three times in a row', async () => {
    const commandId = uuidV7();

    const answer = await withFaults(3, () =>
      rig.run(COMPANY, walletId, earn(7n), { commandId, key: key(`earn-${at}`), privateText: { note: 'n' } }),
    );

    expect(answer).toMatchObject({
      outcome: 'written',
      wallet: { version: 3n, available: 1_007n },
      events: [{ type: 'PointsEarned', version: 3n, data: { points: 7n } }],
    });
    expect(await eventsOf(commandId)).toEqual(['PointsEarned']);
  });

  it('answers all of a group as if nothing had happened, the repeats and refusals in it included', async () => {
    const mine = Array.from({ length: 50 }, (_, i) => ({ asked: request(1n), key: key(`group-${at}-${i}`) }));
    const tooMuch = {
      type: 'AdjustPoints',
      pointsDelta: -5_000n,
      referenceType: 'manual',
      referenceId: undefined,
    } as const;

    const answers = await withFaults(1, () =>
      Promise.allSettled([
        ...mine.map((one) => rig.run(COMPANY, walletId, one.asked, { key: one.key })),
        rig.run(COMPANY, walletId, mine[0]!.asked, { key: mine[0]!.key }),
        rig.run(COMPANY, walletId, tooMuch, { key: key(`refused-${at}`) }),
      ]),
    );

    const outcomes = answers.map((one) => (one.status === 'fulfilled' ? one.value.outcome : codeOf(one.reason)));
    expect(outcomes).toEqual([...mine.map(() => 'written'), 'repeated', 'INSUFFICIENT_POINTS']);
    expect(answers.slice(0, 50).map(openedId)).toEqual(mine.map(({ asked }) => asked.redemptionId));
    expect((await direct.reader.wallet(COMPANY, walletId))?.version).toBe(52n);
  });

  it('doubles nothing that the worker does without a key', async () => {
    const asked = request(10n);
    await direct.run(COMPANY, walletId, asked);
    const commandId = uuidV7();

    const answer = await withFaults(1, () =>
      rig.run(COMPANY, walletId, advance(asked.redemptionId, voucher('CODE')), { commandId }),
    );

    expect(answer).toMatchObject({ redemption: { status: 'committed', committed: 10n }, wallet: { burned: 10n } });
    expect(await eventsOf(commandId)).toEqual(['PointsReserved', 'VoucherIssued', 'RedemptionCommitted']);
  });

  it('lets the worker know that the call to the provider is its own to make, and starts no other', async () => {
    const asked = request(10n, { provider: httpProvider() });
    await direct.run(COMPANY, walletId, asked);
    const commandId = uuidV7();
    const call = { timeoutMs: 5_000, notFound: false };

    const answer = await withFaults(1, () =>
      rig.run(
        COMPANY,
        walletId,
        { type: 'AdvanceRedemption', redemptionId: asked.redemptionId, voucher: undefined, call },
        { commandId },
      ),
    );

    expect(answer).toMatchObject({ redemption: { calls: { attempts: 1, open: true, startedBy: commandId } } });
    expect(await eventsOf(commandId)).toEqual(['PointsReserved', 'VoucherCallStarted']);
  });

  it('leaves a ledger in which everything fits', async () => {
    expect(await findingsIn(direct.pool)).toEqual([]);
  });
});

describe('A command that may stand though its answer was lost', () => {
  let db: TestDatabase;
  let direct: LedgerRig;
  let proxy: TcpProxy;
  let rig: LedgerRig;

  beforeAll(async () => {
    db = await createTestDatabase();
    proxy = await startTcpProxy(db.connectionString);
    direct = openRig(db.connectionString);
    rig = openRig(proxy.connectionString);
  });

  afterAll(async () => {
    await rig.stop();
    await direct.stop();
    await proxy.close();
    await db.drop();
  });

  it('does not leave the line as if nothing had been written, even when its caller has gone', async () => {
    const walletId = await direct.walletWith(COMPANY, 'in-doubt', 10n);
    const asked = request(10n);
    await direct.run(COMPANY, walletId, asked);
    const gone = new AbortController();
    const table = new pg.Client({ connectionString: db.connectionString });
    await table.connect();
    await table.query('BEGIN');
    await table.query('LOCK TABLE saga_work IN ACCESS EXCLUSIVE MODE');
    proxy.failCommits('after_commit');
    const answer = rig.run(COMPANY, walletId, advance(asked.redemptionId, voucher('CODE')), { signal: gone.signal });

    // The group holds the wallet's lock and waits for the table; whoever asks for the lock now has it before the group's second try.
    await waitUntil(db, `relation = 'saga_work'::regclass AND NOT granted`);
    const lock = await lockWallet(db.connectionString, walletId);
    await waitUntil(db, `locktype = 'advisory' AND NOT granted`);
    await table.query('ROLLBACK');
    await table.end();
    await lock.held;
    while (proxy.faults === 0) await sleep(5);
    gone.abort();
    await sleep(200);
    await lock.release();

    await expect(answer).resolves.toMatchObject({ redemption: { status: 'committed' }, wallet: { burned: 10n } });
  });
});

/** Waits until some session waits for a lock that `condition`, a fixed text of these tests, describes. */
async function waitUntil(db: TestDatabase, condition: string): Promise<void> {
  const client = new pg.Client({ connectionString: db.connectionString });
  await client.connect();
  while ((await client.query(`SELECT FROM ${LOCKS_HERE} WHERE ${condition}`)).rowCount === 0) await sleep(5);
  await client.end();
}

function openedId(answer: PromiseSettledResult<Executed>): string | undefined {
  return answer.status === 'fulfilled' && answer.value.outcome !== 'repeated' ? answer.value.redemption?.id : undefined;
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown }).code;
}
