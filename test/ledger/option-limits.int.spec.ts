import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Command, OptionTerms, Redemption } from '#domain';
import { uuidV7 } from '#platform';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { advance, httpProvider, openRig, request, voucher, type LedgerRig } from '../support/ledger/ledger-rig.js';
import { findingsIn } from '../support/ledger/stored-ledger.js';

const COMPANY = 1;
const ROUNDS = Number(process.env['HOLDFAST_TEST_ROUNDS'] ?? 20);

type Limit = OptionTerms['limits'][number];
interface Asked {
  readonly wallet: string;
  readonly id: string;
}

describe('The limits of an option', () => {
  let db: TestDatabase;
  let first: LedgerRig;
  let second: LedgerRig;
  /** A name that no other test has. */
  let option: string;

  beforeAll(async () => {
    db = await createTestDatabase();
    first = openRig(db.connectionString, { ledger: { groupMax: 7 } });
    second = openRig(db.connectionString, { ledger: { groupMax: 7 } });
  });
  afterAll(async () => {
    await first.stop();
    await second.stop();
    await db.drop();
  });
  beforeEach(() => {
    option = uuidV7();
  });

  it(`give the last one in stock to one of two who race for it, ${ROUNDS} times over`, async () => {
    const wallets = [await walletOf('left', 100_000n), await walletOf('right', 100_000n)];
    for (let round = 0; round < ROUNDS; round++) {
      // Every other time a counter that is new to both, else one that somebody has counted in before.
      const stock = [{ counter: `stock:${option}-${round}`, max: round % 2 === 0 ? 1n : 2n }];
      if (round % 2 === 1) await settle(first, await requested(wallets[0]!, stock));
      const asked = await Promise.all(wallets.map((wallet) => requested(wallet, stock)));
      const done = await Promise.all(asked.map((one, i) => settle(i === 0 ? first : second, one)));
      expect(outcomes(done)).toEqual(['committed', 'failed out_of_stock']);
    }
    expect(await findingsIn(first.pool)).toEqual([]);
  });

  it(`let one customer have as many as allowed, however many are asked for at once, ${ROUNDS} times over`, async () => {
    const wallet = await walletOf('eager', 100_000n);
    for (let round = 0; round < ROUNDS; round++) {
      const limits = [
        { counter: `customer:${option}-${round}:${wallet}`, max: 2n },
        { counter: `stock:${option}-${round}`, max: 100n },
      ];
      const asked = await Promise.all([1, 2, 3, 4].map(() => requested(wallet, limits)));
      const done = await Promise.all(asked.map((one, i) => settle(i % 2 === 0 ? first : second, one)));
      expect(outcomes(done)).toEqual(['committed', 'committed', 'failed limit_reached', 'failed limit_reached']);
    }
    expect(await findingsIn(first.pool)).toEqual([]);
  });

  it('hand out exactly what is in stock to many customers, in groups that hold several of them', async () => {
    const stock = [{ counter: `stock:${option}`, max: 25n }];
    const wallets = await Promise.all(Array.from({ length: 60 }, (_, i) => walletOf(`crowd-${i}`, 30n)));
    const asked = await Promise.all(wallets.map((wallet) => requested(wallet, stock)));
    const done = await Promise.all(asked.map((one, i) => settle(i % 2 === 0 ? first : second, one)));
    expect(done.filter(({ status }) => status === 'committed')).toHaveLength(25);
    expect(done.filter(({ failureReason }) => failureReason === 'out_of_stock')).toHaveLength(35);
    expect(await taken(`stock:${option}`)).toBe(25n);
  });

  it('are not taken by who can’t pay, and refuse only who can', async () => {
    const stock = [{ counter: `stock:${option}`, max: 1n }];
    const poor = await settle(first, await requested(await walletOf('poor', 1n), stock));
    expect(poor.failureReason).toBe('insufficient_points');
    expect(await taken(`stock:${option}`)).toBe(0n);
  });

  it('are given back by release, by expiry and by a provider that declines', async () => {
    const stock = [{ counter: `stock:${option}`, max: 3n }];
    const wallet = await walletOf('changeable', 1_000n);
    const held = { deduction: 'order' as const, holdSeconds: 1n };
    const [released, expired, declined] = [
      await requested(wallet, stock, held),
      await requested(wallet, stock, held),
      await requested(wallet, stock, { provider: httpProvider() }),
    ];
    for (const one of [released, expired]) await settle(first, one);
    const call = { timeoutMs: 5_000, notFound: false };
    await run(declined, { type: 'AdvanceRedemption', redemptionId: declined.id, voucher: undefined, call });
    expect(await taken(`stock:${option}`)).toBe(3n);
    expect(outcomes([await settle(second, await requested(wallet, stock))])).toEqual(['failed out_of_stock']);

    await run(released, { type: 'ReleaseRedemption', redemptionId: released.id });
    expect((await run(released, advance(released.id))).status).toBe('released');
    expect(await taken(`stock:${option}`)).toBe(2n);
    const no = { kind: 'declined', reason: 'sold out' } as const;
    await run(declined, { type: 'RecordCallAnswer', redemptionId: declined.id, attempt: 1, answer: no });
    expect(await taken(`stock:${option}`)).toBe(1n);
    while ((await run(expired, advance(expired.id))).status !== 'expired')
      await new Promise((done) => setTimeout(done, 100));
    expect(await taken(`stock:${option}`)).toBe(0n);
    expect(outcomes([await settle(second, await requested(wallet, stock))])).toEqual(['committed']);
    expect(await findingsIn(first.pool)).toEqual([]);
  });

  it.each([true, false])('are given back by a refund only where the option says so: %s', async (returns) => {
    const stock = [{ counter: `stock:${option}`, max: 1n }];
    const one = await requested(await walletOf(`refunded-${returns}`, 100n), stock, {}, returns);
    await settle(first, one);
    await run(one, { type: 'ReverseRedemption', redemptionId: one.id, points: undefined });
    expect((await run(one, advance(one.id))).status).toBe('reversed');
    expect(await taken(`stock:${option}`)).toBe(returns ? 0n : 1n);
  });

  it('count a late order, though it is never refused for them', async () => {
    const stock = [{ counter: `stock:${option}`, max: 1n }];
    const wallet = await walletOf('late', 100n);
    const one = await requested(wallet, stock, { deduction: 'order' });
    await settle(first, one);
    await run(one, { type: 'ReleaseRedemption', redemptionId: one.id });
    await run(one, advance(one.id));
    await settle(first, await requested(wallet, stock));
    await run(one, { type: 'ApplyOrder', redemptionId: one.id, orderId: 'o-1', recoveryId: uuidV7() });
    expect(await taken(`stock:${option}`)).toBe(2n);
    expect(await findingsIn(first.pool)).toEqual([]);
  });

  it('of one option keep nobody waiting who redeems another', async () => {
    const [busy, free] = [`stock:${option}-busy`, `stock:${option}-free`];
    const blocked = await requested(await walletOf('blocked', 10n), [{ counter: busy, max: 5n }]);
    const passing = await requested(await walletOf('passing', 10n), [{ counter: free, max: 5n }]);
    const other = await second.pool.connect();
    await other.query('BEGIN');
    await other.query(`INSERT INTO option_counter VALUES ($1, $2, 0)`, [COMPANY, busy]);
    const waiting = settle(first, blocked);
    expect((await settle(second, passing)).status).toBe('committed');
    await other.query('ROLLBACK');
    other.release();
    expect((await waiting).status).toBe('committed');
  });

  function walletOf(customer: string, points: bigint): Promise<string> {
    return first.walletWith(COMPANY, `${customer}-${option}`, points);
  }

  async function requested(
    wallet: string,
    limits: readonly Limit[],
    change: Parameters<typeof request>[1] = {},
    limitsReturnOnRefund = false,
  ): Promise<Asked> {
    const terms: OptionTerms = {
      currency: 'EUR',
      discountType: 'fixed_amount',
      discountValue: '5',
      codePrefix: undefined,
      expiration: undefined,
      limits,
      limitsReturnOnRefund,
    };
    const asked = request(5n, { ...change, terms });
    await first.run(COMPANY, wallet, asked);
    return { wallet, id: asked.redemptionId };
  }

  /** What the worker does with a code of our own making. */
  async function settle(rig: LedgerRig, { wallet, id }: Asked): Promise<Redemption> {
    return redemptionAfter(await rig.run(COMPANY, wallet, advance(id, voucher(`CODE-${id}`))));
  }

  async function run({ wallet }: Asked, command: Command): Promise<Redemption> {
    return redemptionAfter(await first.run(COMPANY, wallet, command));
  }

  async function taken(counter: string): Promise<bigint> {
    const { rows } = await first.pool.query<{ state: string }>(
      `SELECT coalesce((SELECT taken FROM option_counter WHERE company_id = $1 AND counter = $2), 0)::text AS state`,
      [COMPANY, counter],
    );
    return BigInt(rows[0]!.state);
  }
});

function redemptionAfter(executed: Awaited<ReturnType<LedgerRig['run']>>): Redemption {
  if (executed.outcome === 'repeated' || executed.redemption === undefined)
    throw new Error('No redemption was changed.');
  return executed.redemption;
}

function outcomes(done: readonly Redemption[]): readonly string[] {
  return done.map(({ status, failureReason }) => [status, failureReason].filter(Boolean).join(' ')).sort();
}
