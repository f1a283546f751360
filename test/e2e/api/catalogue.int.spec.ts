import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RewardOptionAnswer } from '../../../apps/api/src/dialects/bitbybit/reward-option-answer.js';
import type { ErrorEnvelope } from '../../../apps/api/src/http/error-envelope.js';
import { findingsIn } from '../../support/ledger/stored-ledger.js';
import { ApiRig, CATALOGUE, type Answer, type Tenant } from './api-rig.js';

type OptionBody = { readonly data: RewardOptionAnswer } & ErrorEnvelope;

const tenOff = {
  rewardName: 'Ten off',
  costToRedeem: 500,
  discountType: 'fixed_amount',
  discountValue: '10.00',
  expirationPreset: 'THIRTY_DAYS',
  voucherPrefix: 'SUMMER',
  minimumPurchaseAmount: '49.9',
};

let rig: ApiRig;
let tenant: Tenant;

beforeAll(async () => {
  rig = await ApiRig.open({ DELAYED_TTL_SECONDS: '600' });
  await rig.startWorker();
});
beforeEach(async () => {
  tenant = await rig.tenant();
  await rig.earn(tenant, 'ann', 10_000);
});
afterAll(async () => {
  expect(await findingsIn(rig.pool)).toEqual([]);
  await rig.close();
});

async function put(body: object): Promise<Answer<OptionBody>> {
  return (await rig.send('POST', `${CATALOGUE}/reward-options`, { key: tenant.key, body })) as Answer<OptionBody>;
}

async function optionOf(change: object = {}): Promise<string> {
  const { status, body } = await put({ ...tenOff, ...change });
  expect([status, body.error]).toEqual([201, undefined]);
  return body.data.id;
}

/** Redeems and says in a word what came of it. */
async function outcome(rewardOptionId: string, more: object = {}): Promise<string> {
  const { status, body } = await rig.redeem(tenant, 'ann', { rewardOptionId, pointsCost: 500, ...more });
  return status === 200 ? body.data.redemption.status : `${status} ${body.error.code}`;
}

describe('The catalogue', () => {
  it('answers what was put into it, with an id of its own in each company', async () => {
    const { status, body } = await put(tenOff);
    expect(status).toBe(201);
    expect(body.data).toMatchObject({
      ...tenOff,
      id: '1',
      companyId: tenant.id,
      discountValue: '10',
      priceRuleId: null,
      startsAt: null,
      endsAt: null,
      kind: 'fixed',
      currency: 'USD',
    });
    expect((await put(tenOff)).body.data.id).toBe('2');
    const other = await rig.tenant('Other');
    const { body: foreign } = await rig.send('POST', `${CATALOGUE}/reward-options`, { key: other.key, body: tenOff });
    expect((foreign as OptionBody).data.id).toBe('1');
  });

  it('gives simultaneous options an id each', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => optionOf()));
    expect(ids.map(Number).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('lists page by page, the newest first, without gap or repetition', async () => {
    for (let i = 1; i <= 5; i++) await optionOf({ rewardName: `Reward ${i}` });
    const names: string[] = [];
    for (let before: string | null = ''; before !== null;) {
      const query: string = before === '' ? '?limit=2' : `?limit=2&before=${encodeURIComponent(before)}`;
      const { body } = await rig.send('GET', `${CATALOGUE}/reward-options${query}`, { key: tenant.key });
      const page = body as { data: RewardOptionAnswer[]; pagination: { hasMore: boolean; nextBefore: string | null } };
      names.push(...page.data.map(({ rewardName }) => rewardName));
      before = page.pagination.nextBefore;
      expect(page.pagination.hasMore).toBe(before !== null);
    }
    expect(names).toEqual(['Reward 5', 'Reward 4', 'Reward 3', 'Reward 2', 'Reward 1']);
  });

  it.each<[string, object, RegExp]>([
    ['no cost', { costToRedeem: undefined }, /costToRedeem/],
    ['a fraction of a point', { costToRedeem: 1.5 }, /costToRedeem/],
    ['points beyond what JSON numbers carry', { costToRedeem: 2 ** 53 }, /beyond/],
    ['a moment that no event could have', { endsAt: '2999-01-01T00:00:00Z' }, /endsAt/],
    ['five places', { discountValue: '1.00001' }, /discountValue/],
    ['a number where a decimal string belongs', { discountValue: 10 }, /discountValue/],
    ['an exponent', { discountValue: '1e3' }, /discountValue/],
    ['101 per cent', { discountType: 'percentage', discountValue: '100.0001' }, /percentage/],
    ['an end before the start', { startsAt: '2026-01-02T00:00:00Z', endsAt: '2026-01-01T00:00:00Z' }, /endsAt/],
    ['a period without a limit', { limitPeriod: 'day' }, /perPeriodLimit/],
    ['a time zone that is none', { timeZone: 'Mars/Olympus' }, /timeZone/],
    ['an eighth weekday', { weekdays: [8] }, /weekdays/],
    ['a step on a fixed cost', { stepPoints: 5 }, /stepPoints/],
    ['cashback without a rate', { kind: 'cashback', costToRedeem: undefined }, /pointsPerUnit/],
    ['a prefix in lower case', { voucherPrefix: 'summer' }, /voucherPrefix/],
  ])('refuses %s and keeps nothing', async (_, change, field) => {
    const { status, body } = await put({ ...tenOff, ...change });
    expect([status, body.error.code]).toEqual([400, 'VALIDATION_ERROR']);
    expect(body.error.message).toMatch(field);
    const { body: list } = await rig.send('GET', `${CATALOGUE}/reward-options`, { key: tenant.key });
    expect((list as { data: unknown[] }).data).toEqual([]);
  });

  it('refuses an option of a provider that the company does not have', async () => {
    const { status, body } = await put({ ...tenOff, voucherProvider: 'nowhere' });
    expect([status, body.error.code]).toEqual([422, 'UNKNOWN_VOUCHER_PROVIDER']);
  });

  it('replaces the tiers of the point conversion as a whole', async () => {
    const path = `${CATALOGUE}/point-conversion`;
    const put = (tiers: object[]) => rig.send('POST', path, { key: tenant.key, body: { tiers } });
    await put([
      { currencyAmount: '1', points: 1 },
      { currencyAmount: '100', points: 150 },
    ]);
    const tiers = [{ currencyAmount: '12345678901.1234', points: 7 }];
    expect((await put(tiers)).status).toBe(201);
    const { body } = await rig.send('GET', path, { key: tenant.key });
    expect(body).toEqual({
      data: { companyId: tenant.id, tiers: [{ id: 1, currencyAmount: 12345678901.1234, points: 7 }] },
    });
    expect((await put([{ currencyAmount: 5, points: 7 }])).status).toBe(400);
    expect((await put([{ currencyAmount: '0', points: 7 }])).status).toBe(400);
  });
});

describe('A redemption of an option in the catalogue', () => {
  it('costs what the option costs, and is given its prefix', async () => {
    const id = await optionOf();
    expect(await outcome(id, { pointsCost: 499 })).toBe('422 POINTS_COST_MISMATCH');
    const { body } = await rig.redeem(tenant, 'ann', { rewardOptionId: id, pointsCost: 500 });
    expect(body.data.redemption).toMatchObject({ status: 'committed', pointsCommitted: '500' });
    expect(body.data.redemption.voucherCode).toMatch(/^SUMMER-/);
    expect(await rig.wallet(tenant, 'ann')).toMatchObject({ availablePoints: '9500' });
  });

  it('is held as long as the option’s vouchers last, unless the request says otherwise', async () => {
    const id = await optionOf({ expirationPreset: 'SEVEN_DAYS' });
    const plain = await optionOf({ expirationPreset: undefined });
    const seconds = async (rewardOptionId: string, more: object = {}): Promise<number> => {
      const asked = { rewardOptionId, pointsCost: 500, delayPointsDeduction: true, ...more };
      const { reserveExpiresAt, createdAt } = (await rig.redeem(tenant, 'ann', asked)).body.data.redemption;
      return Math.round((Date.parse(reserveExpiresAt ?? '') - Date.parse(createdAt)) / 1_000);
    };
    expect(Math.abs((await seconds(id)) - 7 * 86_400)).toBeLessThan(60);
    expect(Math.abs((await seconds(id, { reserveTtlSeconds: 300 })) - 300)).toBeLessThan(60);
    expect(Math.abs((await seconds(plain)) - 600)).toBeLessThan(60);
  });

  it('takes points within the bounds and steps of a variable option', async () => {
    const variable = { kind: 'variable', minPoints: 150, maxPoints: 350, stepPoints: 100, discountValue: '1' };
    const id = await optionOf({ ...variable, costToRedeem: undefined });
    const all = await Promise.all([149, 150, 200, 350, 450].map((pointsCost) => outcome(id, { pointsCost })));
    const no = '422 POINTS_NOT_OFFERED';
    expect(all).toEqual([no, 'committed', no, 'committed', no]);
  });

  it('is refused outside the window, on the wrong day, and when disabled, each on record', async () => {
    const past = await optionOf({ endsAt: '2020-01-01T00:00:00Z' });
    const future = await optionOf({ startsAt: '2199-01-01T00:00:00+02:00' });
    const today = new Date().getUTCDay() || 7;
    const weekday = await optionOf({ weekdays: [1, 2, 3, 4, 5, 6, 7].filter((day) => day !== today) });
    for (const id of [past, future, weekday]) expect(await outcome(id)).toBe('422 REWARD_NOT_AVAILABLE');
    const disabled = await optionOf();
    const path = `/companies/${tenant.id}/reward-options/${disabled}`;
    expect((await rig.admin('PUT', path, { ...tenOff, disabled: true })).status).toBe(200);
    expect(await outcome(disabled)).toBe('422 REWARD_NOT_AVAILABLE');
    const { data } = await rig.redemptions(tenant, 'ann');
    expect(data.map(({ failureReason }) => failureReason)).toEqual(Array(4).fill('not_available'));
    expect(await rig.wallet(tenant, 'ann')).toMatchObject({ availablePoints: '10000', reservedPoints: '0' });
  });

  it('asks for tier, tags, a first purchase and a purchase large enough', async () => {
    const gold = await optionOf({ tiers: ['gold', 'platinum'] });
    const tagged = await optionOf({ tags: ['vip'] });
    const firstOnly = await optionOf({ firstPurchaseOnly: true });
    const large = await optionOf();
    const no = '422 NOT_ELIGIBLE';
    expect([await outcome(gold), await outcome(tagged)]).toEqual([no, no]);
    const customer = '/customer/api/open/v1/loyalty/customers/ann';
    await rig.send('PUT', customer, { key: tenant.key, body: { tier: 'gold', tags: ['new', 'vip'] } });
    expect([await outcome(gold), await outcome(tagged)]).toEqual(['committed', 'committed']);
    expect(await outcome(large, { purchaseAmount: '49.8999' })).toBe(no);
    expect(await outcome(large, { purchaseAmount: '49.90' })).toBe('committed');
    expect(await outcome(large)).toBe('committed');

    const first = await rig.redeem(tenant, 'ann', {
      rewardOptionId: firstOnly,
      pointsCost: 500,
      delayPointsDeduction: true,
    });
    await rig.act(tenant, first.body.data.redemption.id, 'commit', { orderId: 'o-1' });
    expect(await outcome(firstOnly)).toBe(no);

    const bob = { rewardOptionId: firstOnly, pointsCost: 500 };
    const { body: earned } = await rig.earn(tenant, 'bob', 10_000);
    await rig.pool.query(
      `INSERT INTO purchase_order (company_id, id, customer_id, wallet_id, dialect, total_cents, currency, placed_at)
       VALUES ($1, 'o-2', 'bob', $2, 'yotpo', 100, 'USD', now())`,
      [tenant.id, earned.data.wallet.id],
    );
    expect((await rig.redeem(tenant, 'bob', bob)).body.error.code).toBe('NOT_ELIGIBLE');
  });

  it('takes of stock and of what one customer may have, and says which is used up', async () => {
    const rare = await optionOf({ stock: 1 });
    expect([await outcome(rare), await outcome(rare)]).toEqual(['committed', '422 OUT_OF_STOCK']);
    const once = await optionOf({ perCustomerLimit: 1 });
    expect([await outcome(once), await outcome(once)]).toEqual(['committed', '422 LIMIT_REACHED']);
    const daily = await optionOf({ perPeriodLimit: 1, limitPeriod: 'day', timeZone: 'America/Sao_Paulo' });
    expect([await outcome(daily), await outcome(daily)]).toEqual(['committed', '422 LIMIT_REACHED']);
    await rig.earn(tenant, 'bob', 1_000);
    const bobs = await rig.redeem(tenant, 'bob', { rewardOptionId: once, pointsCost: 500 });
    expect(bobs.status).toBe(200);
  });

  it('is repeated as it was, whatever has become of the option since', async () => {
    const id = await optionOf();
    const asked = { rewardOptionId: id, pointsCost: 500, idempotencyKey: 'same' };
    const first = await rig.redeem(tenant, 'ann', asked);
    const change = { ...tenOff, costToRedeem: 900, endsAt: '2020-01-01T00:00:00Z' };
    expect((await rig.admin('PUT', `/companies/${tenant.id}/reward-options/${id}`, change)).status).toBe(200);
    const again = await rig.redeem(tenant, 'ann', asked);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect(again.body.data.redemption.id).toBe(first.body.data.redemption.id);
    expect(await outcome(id, { idempotencyKey: 'new' })).toBe('422 POINTS_COST_MISMATCH');
  });

  it('that is refused may be corrected and sent again under the same key', async () => {
    const id = await optionOf();
    expect(await outcome(id, { pointsCost: 1, idempotencyKey: 'corrected' })).toBe('422 POINTS_COST_MISMATCH');
    expect(await outcome(id, { idempotencyKey: 'corrected' })).toBe('committed');
  });

  it('leaves ids that are not in the catalogue to the caller', async () => {
    for (const id of ['99', '0', '007', '2147483648', '99999999999999999999', 'ro_1']) {
      expect([id, await outcome(id, { pointsCost: 3 })]).toEqual([id, 'committed']);
    }
  });
});
