import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { channels, RedemptionReader, SettlementWatcher } from '#ledger';
import { createLogger, createNotifier, Secret, type Notifier } from '#platform';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { advance, httpProvider, openRig, request, voucher, type LedgerRig } from '../support/ledger/ledger-rig.js';
import { until } from '../support/until.js';

const COMPANY = 1;
/** Longer than any test: whoever is answered was not answered because the time was up. */
const NO_END_MS = 600_000;
const logger = createLogger({ level: 'silent', app: 'test' });

/** Counts the statements that ask for the views of whatever is waited for. */
class CountingReader extends RedemptionReader {
  asked = 0;

  override settledViews(
    ...args: Parameters<RedemptionReader['settledViews']>
  ): ReturnType<RedemptionReader['settledViews']> {
    this.asked += 1;
    return super.settledViews(...args);
  }
}

describe('Waiting for redemptions to settle', () => {
  let db: TestDatabase;
  let rig: LedgerRig;
  let notifier: Notifier;
  let reader: CountingReader;
  let watcher: SettlementWatcher;
  let walletId: string;

  beforeAll(async () => {
    db = await createTestDatabase();
    rig = openRig(db.connectionString);
    walletId = await rig.walletWith(COMPANY, 'customer', 1_000_000n);
    notifier = createNotifier({ connectionString: new Secret(db.connectionString), logger });
  });

  beforeEach(() => {
    reader = new CountingReader(rig.pool, (_name, text, values) => ({ text, values }));
    const connectionString = new Secret(db.connectionString);
    watcher = new SettlementWatcher({ reader, connectionString, logger, applicationName: 'watcher' });
  });

  afterEach(() => watcher.close());

  afterAll(async () => {
    await notifier.close();
    await rig.stop();
    await db.drop();
  });

  async function open(count: number): Promise<readonly string[]> {
    const requests = Array.from({ length: count }, () => request(1n));
    await Promise.all(requests.map((one) => rig.run(COMPANY, walletId, one)));
    return requests.map(({ redemptionId }) => redemptionId);
  }

  async function settle(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => rig.run(COMPANY, walletId, advance(id, voucher(id)))));
  }

  it('answers 500 waiters with a few statements', async () => {
    const ids = await open(500);
    const waiting = ids.map((redemptionId) =>
      watcher.wait({ companyId: COMPANY, redemptionId }, { waitMs: NO_END_MS }),
    );
    await settle(ids);
    const views = await Promise.all(waiting);

    expect(views.map((view) => view?.redemption.id)).toEqual(ids);
    expect(views.every((view) => view?.redemption.status === 'committed')).toBe(true);
    // A statement for a notification, for each poll meanwhile, and some to spare: far from one for each waiter.
    expect(reader.asked).toBeLessThan(100);
  });

  it('tells how many wait for a provider, and not for the worker', async () => {
    const outside = Array.from({ length: 3 }, () => request(1n, { provider: httpProvider() }));
    await Promise.all(outside.map((one) => rig.run(COMPANY, walletId, one)));
    const ids = [...outside.map(({ redemptionId }) => redemptionId), ...(await open(2))];
    const gone = new AbortController();
    const waiting = ids.map((redemptionId) =>
      watcher.wait({ companyId: COMPANY, redemptionId }, { waitMs: NO_END_MS, signal: gone.signal }),
    );
    const call = { timeoutMs: 60_000, notFound: false };
    for (const { redemptionId } of outside) {
      await rig.run(COMPANY, walletId, { type: 'AdvanceRedemption', redemptionId, voucher: undefined, call });
    }
    const seen = new Set<number>();
    await until(() => seen.add(watcher.waitingElsewhere).has(3));
    expect([...seen]).toEqual([0, 3]);
    gone.abort();
    await Promise.all(waiting);
    expect(watcher.waitingElsewhere).toBe(0);
  });

  it('finds out by polling when the notification is lost', async () => {
    const silent = openRig(db.connectionString);
    await silent.notifier.close();
    const [redemptionId] = (await open(1)) as [string];
    // By now the watcher listens and has heard of everything before: what it finds out from here on, it asked for.
    await sleep(400);
    const waiting = watcher.wait({ companyId: COMPANY, redemptionId }, { waitMs: NO_END_MS });
    await silent.run(COMPANY, walletId, advance(redemptionId, voucher('QUIET')));

    expect((await waiting)?.redemption.status).toBe('committed');
    await silent.stop();
  });

  it('asks at once when it is notified', async () => {
    const [redemptionId] = (await open(1)) as [string];
    const waiting = watcher.wait({ companyId: COMPANY, redemptionId }, { waitMs: 1_500 });
    await sleep(300);
    const before = reader.asked;
    for (let i = 0; i < 40; i++) {
      notifier.notify(channels.settled);
      await sleep(12);
    }
    // By polling alone it would have asked some five times in that half second.
    expect(reader.asked - before).toBeGreaterThan(12);
    await waiting;
  });

  it('shows how things stand when the time is up', async () => {
    const [redemptionId] = (await open(1)) as [string];
    const view = await watcher.wait({ companyId: COMPANY, redemptionId }, { waitMs: 30 });
    expect(view?.redemption).toMatchObject({ id: redemptionId, status: 'requested' });
  });

  it('stops waiting for a caller who has gone', async () => {
    const [redemptionId] = (await open(1)) as [string];
    const gone = new AbortController();
    const waiting = watcher.wait(
      { companyId: COMPANY, redemptionId },
      {
        waitMs: NO_END_MS,
        signal: gone.signal,
      },
    );
    gone.abort();
    expect((await waiting)?.redemption.status).toBe('requested');
  });

  it('shows those who still wait how things stand when it is closed, and those who come afterwards', async () => {
    const [first, second] = (await open(2)) as [string, string];
    const waiting = watcher.wait({ companyId: COMPANY, redemptionId: first }, { waitMs: NO_END_MS });
    await watcher.close();
    const late = watcher.wait({ companyId: COMPANY, redemptionId: second }, { waitMs: NO_END_MS });
    const views = await Promise.all([waiting, late]);
    expect(views.map((view) => view?.redemption)).toMatchObject([
      { id: first, status: 'requested' },
      { id: second, status: 'requested' },
    ]);
  });

  it('knows nothing of another company’s redemption', async () => {
    const [redemptionId] = (await open(1)) as [string];
    expect(await watcher.wait({ companyId: 2, redemptionId }, { waitMs: 20 })).toBeUndefined();
  });
});
