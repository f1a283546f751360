import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Finding } from '#domain';
import { sealCheckpoint } from '#ledger';
import { sha256, SigningKey } from '#platform';
import pg from 'pg';
import type { RedemptionStory } from '../../../apps/cli/src/redemptions/read-story.js';
import { advance, key, request, voucher } from '../../support/ledger/ledger-rig.js';
import { CliRig } from './cli-rig.js';

interface Verified {
  readonly events: number;
  readonly streams: number;
  readonly findings: readonly Finding[];
}

const MISSING = '0198c0de-0000-7000-8000-000000000000';
const LATER = '2200-01-01T00:00:00Z';
let rig: CliRig;
let walletId: string;
let redemptionId: string;
let client: pg.Client;

beforeAll(async () => {
  rig = await CliRig.open();
  const { companyId, ledger } = rig;
  walletId = await ledger.walletWith(companyId, 'ada', 1_000n);
  const wish = request(100n);
  redemptionId = wish.redemptionId;
  await ledger.run(companyId, walletId, wish, { key: key('checkout-77'), traceId: 'trace-of-the-checkout' });
  await ledger.run(companyId, walletId, advance(redemptionId, voucher('ABCD-EFGH')));
  client = new pg.Client({ connectionString: rig.connectionString });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await rig.close();
});

const SEED = '01'.repeat(31) + '02';
const OTHER_SEED = '01'.repeat(31) + '03';
const sealedWith = SigningKey.parse(SEED);

/** What the statement does, with triggers off, while the work goes on; then its opposite. */
async function whileTampered<T>(statement: string, undo: string, work: () => Promise<T>): Promise<T> {
  await client.query(`SET session_replication_role = replica`);
  await client.query(statement);
  try {
    return await work();
  } finally {
    await client.query(undo);
  }
}

describe('audit verify', () => {
  it('finds nothing in an honest ledger, and says what it read', async () => {
    const { exitCode, out, err } = await rig.run('audit', 'verify');
    expect([exitCode, err]).toEqual([0, '']);
    expect(out).toMatch(/^6 events in 1 streams, 0 checkpoints, [\d.]+ s: no finding\.\n$/);
    expect(await rig.json<Verified>('audit', 'verify')).toMatchObject({ events: 6, streams: 1, findings: [] });
  });

  it('reads the same with threads', async () => {
    expect(await rig.json<Verified>('audit', 'verify', '--threads', '3')).toMatchObject({ events: 6, findings: [] });
  });

  it('names what it finds, and ends with 2', async () => {
    await whileTampered(
      `UPDATE event SET available_after = available_after + 1 WHERE version = 2`,
      `UPDATE event SET available_after = available_after - 1 WHERE version = 2`,
      async () => {
        const { exitCode, out, err } = await rig.run('audit', 'verify');
        expect([exitCode, err]).toEqual([2, '']);
        expect(out).toMatch(/^CHECK +COMPANY +WALLET +VERSION +EXPECTED +FOUND\n/);
        expect(out).toMatch(new RegExp(`^columns +${rig.companyId} +${walletId} +2 +available_after 1000 +`, 'm'));
        const inThreads = await rig.run('audit', 'verify', '--threads', '2', '--json');
        expect(inThreads.exitCode).toBe(2);
        expect((JSON.parse(inThreads.out) as Verified).findings).toEqual([
          {
            check: 'columns',
            companyId: rig.companyId,
            walletId,
            version: '2',
            expected: 'available_after 1000',
            found: 'available_after 1001',
          },
        ]);
      },
    );
  });

  it('ends with 1 where it can’t run', async () => {
    const { exitCode, err } = await rig.runWith(
      { DATABASE_URL: 'postgresql://x:y@127.0.0.1:1/none' },
      'audit',
      'verify',
    );
    expect([exitCode, err.split('\n')]).toEqual([
      1,
      [expect.stringContaining('can’t be reached'.replace('’', "'")), ''],
    ]);
  });
});

it.each([['verify'], ['replay', '--at', LATER], ['liability', '--at', LATER], ['export', '--out', 'nowhere']])(
  'audit %s says so where there is no such company',
  async (...args) => {
    const { exitCode, err } = await rig.run('audit', ...args, '--company', '999');
    expect([exitCode, err]).toEqual([1, expect.stringContaining('There is no company 999')]);
  },
);

describe('audit replay', () => {
  const sums = { available: '900', reserved: '0', burned: '100', expired: '0', earned: '1000', adjusted: '0' };
  const balances = (): unknown => [{ companyId: rig.companyId, wallets: 1, ...sums, earnReversed: '0' }];

  it('folds the balances of all, one company, one wallet or one customer', async () => {
    const company = `${rig.companyId}`;
    for (const which of [
      [],
      ['--company', company],
      ['--wallet', walletId],
      ['--company', company, '--customer', 'ada'],
    ]) {
      expect(await rig.json('audit', 'replay', '--at', LATER, ...which)).toMatchObject({
        events: 6,
        balances: balances(),
      });
    }
  });

  it('goes back to any time', async () => {
    const { events } = await rig.json<RedemptionStory>('audit', 'trace', redemptionId);
    const { occurredAt } = events.find(({ type }) => type === 'RedemptionRequested')!;
    const then = await rig.json<{ balances: { available: string }[] }>('audit', 'replay', '--at', occurredAt);
    expect(then.balances[0]?.available).toBe('1000');
    const { out } = await rig.run('audit', 'replay', '--at', '2020-01-01T00:00:00+02:00');
    expect(out).toBe('No wallet was open.\n6 events in 1 streams replayed, as of 2019-12-31T22:00:00.000000Z.\n');
  });

  it.each([
    [['--customer', 'ada'], '--company'],
    [['--customer', 'nobody', '--company', '1'], 'no customer nobody'],
    [['--wallet', MISSING], `no wallet ${MISSING}`],
    [['--wallet', MISSING, '--customer', 'ada'], 'not both'],
  ])('refuses %j', async (which, reason) => {
    const { exitCode, out, err } = await rig.run('audit', 'replay', '--at', LATER, ...which);
    expect([exitCode, out]).toEqual([1, '']);
    expect(err).toMatch(new RegExp(`^holdfast: .*${reason}.*\\n$`));
  });

  it('doesn’t guess what an event says that can’t be read', async () => {
    await whileTampered(
      `UPDATE event SET body = 'x' || body WHERE version = 2`,
      `UPDATE event SET body = substr(body, 2) WHERE version = 2`,
      async () => {
        const { exitCode, err } = await rig.run('audit', 'replay', '--at', LATER);
        expect([exitCode, err]).toEqual([1, expect.stringContaining(`version 2 of wallet ${walletId}`)]);
      },
    );
  });
});

describe('audit liability', () => {
  it('says what was owed, as a table and as CSV', async () => {
    const { out } = await rig.run('audit', 'liability', '--at', LATER);
    expect(out).toMatch(new RegExp(`^2200-01-01T00:00:00.000000Z +${rig.companyId} +1 +900 +900 +0 +100$`, 'm'));
    const csv = await rig.run('audit', 'liability', '--at', LATER, '--csv', '--company', `${rig.companyId}`);
    expect(csv.out).toBe(
      `at,companyId,wallets,outstanding,available,reserved,burned\n2200-01-01T00:00:00.000000Z,${rig.companyId},1,900,900,0,100\n`,
    );
  });

  it('goes month by month from the first event on', async () => {
    const end = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 2, 0, 12)).toISOString();
    const { liability } = await rig.json<{ liability: unknown[] }>('audit', 'liability', '--at', end, '--by', 'month');
    expect(liability).toHaveLength(2);
  });
});

describe('audit trace', () => {
  it('tells who did what, by which command and under which trace', async () => {
    const { events } = await rig.json<RedemptionStory>('audit', 'trace', redemptionId);
    expect(events.map(({ type, traceId }) => [type, traceId])).toEqual([
      ['RedemptionRequested', 'trace-of-the-checkout'],
      ['PointsReserved', null],
      ['VoucherIssued', null],
      ['RedemptionCommitted', null],
    ]);
    const { out } = await rig.run('audit', 'trace', redemptionId);
    expect(out).toMatch(
      /^ +3 +RedemptionRequested +system test +trace-of-the-checkout +[0-9a-f-]{36} +[0-9a-f-]{36}$/m,
    );
    expect(out).not.toContain('ABCD');
  });

  it('says so where there is none', async () => {
    const { exitCode, err } = await rig.run('audit', 'trace', MISSING);
    expect([exitCode, err]).toEqual([1, `holdfast: There is no redemption ${MISSING}: check the id.\n`]);
  });
});

describe('audit verify --since', () => {
  /** A checkpoint covers what no transaction of the whole server can still add to: tests beside this one hold it back. */
  async function seal(events: string): Promise<bigint> {
    for (;;) {
      const sealed = await sealCheckpoint({ pool: rig.ledger.pool, digest: sha256, key: sealedWith });
      if (String(sealed?.stored.checkpoint.events) === events) return sealed!.stored.checkpoint.id;
      await new Promise((again) => setTimeout(again, 50));
    }
  }

  /** One for each `seal` as a rule; more where a transaction beside this test held one back, so that it covers less than all there is. */
  async function sealedAfter(id: bigint): Promise<number> {
    const { rows } = await client.query<{ n: number }>('SELECT count(*)::int AS n FROM checkpoint WHERE id > $1', [id]);
    return rows[0]?.n ?? 0;
  }

  it('reads only the streams that were written to after the checkpoint, and holds those that follow against it', async () => {
    const first = await seal('6');
    const none = await rig.json<Verified>('audit', 'verify', '--since', `${first}`);
    expect(none).toMatchObject({ events: 0, streams: 0, checkpoints: 0, findings: [] });
    expect(await rig.json<Verified>('audit', 'verify', '--since', 'last')).toMatchObject({
      events: 0,
      streams: 0,
      checkpoints: 0,
      findings: [],
    });
    const newer = await rig.ledger.walletWith(rig.companyId, 'grace', 10n);
    await seal('8');
    const sinceLast = await rig.json<Verified>('audit', 'verify', '--since', 'last');
    expect(sinceLast).toMatchObject({ events: 0, streams: 0, findings: [] });
    const one = await rig.json<Verified>('audit', 'verify', '--since', `${first}`);
    expect(one).toMatchObject({ events: 2, streams: 1, checkpoints: await sealedAfter(first), findings: [] });

    await client.query(`SET session_replication_role = replica`);
    await client.query(`DELETE FROM event WHERE wallet_id = $1`, [newer]);
    await client.query(`DELETE FROM wallet WHERE id = $1`, [newer]);
    const { exitCode, out } = await rig.run('audit', 'verify', '--json');
    const { findings } = JSON.parse(out) as Verified;
    expect([exitCode, findings.map(({ check, walletId }) => [check, walletId])]).toEqual([2, [['checkpoint', newer]]]);
  });

  it('believes the house’s key and those that are named, where any is known', async () => {
    const another = SigningKey.parse(OTHER_SEED);
    const signedBy = async (env: Readonly<Record<string, string>>, ...keys: readonly SigningKey[]) => {
      const named = keys.flatMap(({ publicKey }) => ['--public-key', publicKey.bytes.toString('base64')]);
      const { out } = await rig.runWith(env, 'audit', 'verify', '--json', ...named);
      const { findings } = JSON.parse(out) as Verified;
      return findings.filter(({ expected }) => expected.endsWith('by a key that is trusted')).length;
    };
    const all = await sealedAfter(0n);
    expect(await signedBy({}, sealedWith)).toBe(0);
    expect(await signedBy({}, another)).toBe(all);
    expect(await signedBy({ CHECKPOINT_KEY: SEED })).toBe(0);
    expect(await signedBy({ CHECKPOINT_KEY: OTHER_SEED })).toBe(all);
    expect(await signedBy({ CHECKPOINT_KEY: OTHER_SEED }, sealedWith)).toBe(0);
  });

  it('refuses a checkpoint that is not there', async () => {
    const { exitCode, err } = await rig.run('audit', 'verify', '--since', '99');
    expect([exitCode, err]).toEqual([1, expect.stringContaining('no checkpoint 99')]);
  });
});
