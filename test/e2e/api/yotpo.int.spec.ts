import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findingsIn } from '../../support/ledger/stored-ledger.js';
import { ApiRig } from './api-rig.js';
import { YOTPO, YotpoShop } from './yotpo-rig.js';

let rig: ApiRig;
let shop: YotpoShop;
let option: number;

beforeAll(async () => {
  rig = await ApiRig.open({ REDEEM_WAIT_MS: '10000', DELAYED_TTL_SECONDS: '600' });
  await rig.startWorker();
  shop = new YotpoShop(rig, await rig.tenant());
  option = await shop.option();
});
afterAll(async () => {
  expect(await findingsIn(rig.pool)).toEqual([]);
  await rig.close();
});

describe('POST redemptions', () => {
  it('deducts at once and answers a bare object with the code', async () => {
    const email = await shop.customer('now');
    const { status, body } = await shop.redeem(email, option, { currency: 'usd' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ approved: true, points: 100, redemption_option_id: option, status: 'committed' });
    expect(Number.isInteger(body.id)).toBe(true);
    expect(body.reward_text).toMatch(/^.{10,}$/);
    expect(body.approved_at).not.toBeNull();
    expect(await shop.balance('now')).toEqual(['900', '0', '100']);
  });

  it('with delay_points_deduction holds the points until the order, and is not approved before', async () => {
    const email = await shop.customer('later');
    const held = await shop.redeem(email, option, { delay_points_deduction: true });
    expect(held.body).toMatchObject({ approved: false, approved_at: null, status: 'reserved' });
    expect(await shop.balance('later')).toEqual(['900', '100', '0']);
    const ordered = await shop.order(email, 'L-1', held.body.reward_text ?? '');
    expect([ordered.status, ordered.body]).toMatchObject([
      200,
      { points_redeemed: 100, redemptions: [{ id: held.body.id, points: 100 }] },
    ]);
    expect(await shop.balance('later')).toEqual(['900', '0', '100']);
    expect((await shop.order(email, 'L-1', held.body.reward_text ?? '')).body).toEqual(ordered.body);
  });

  it('takes the customer by each identifier, and its parameters from the query, too', async () => {
    await shop.customer('many');
    await shop.post('customers', { customer_id: 'many', phone_number: '+14155552671', pos_account_id: 'till-7' });
    for (const named of [
      { customer_email: 'MANY@example.com' },
      { phone_number: '+14155552671' },
      { pos_account_id: 'till-7' },
      { customer_id: 'many' },
      { customer_external_id: 'many', customer_email: 'many@example.com' },
    ]) {
      const answer = await shop.post('redemptions', { ...named, redemption_option_id: option });
      expect([named, answer.status]).toEqual([named, 200]);
    }
    const { guid = '', key } = shop.tenant;
    for (const credentials of [`guid=${guid}&api_key=${key}`, `merchant_id=${guid}&api_key=${key}`]) {
      const query = `customer_id=many&redemption_option_id=${option}&delay_points_deduction=true&${credentials}`;
      const { status, body } = await rig.send('POST', `${YOTPO}/redemptions?${query}`);
      expect([status, body]).toMatchObject([200, { approved: false }]);
    }
    expect(await shop.balance('many')).toEqual(['300', '200', '500']);
  });

  it('of a generic variable option takes points_to_redeem, and asks for it', async () => {
    const email = await shop.customer('choice');
    const variable = await shop.option({ kind: 'variable', costToRedeem: undefined, minPoints: 10, stepPoints: 10 });
    const { body } = await shop.redeem(email, variable, { points_to_redeem: 250 });
    expect(body).toMatchObject({ approved: true, points: 250 });
    const without = await shop.redeem(email, variable);
    expect([without.status, typeof without.body.error]).toEqual([422, 'string']);
    expect((await shop.redeem(email, variable, { points_to_redeem: 255 })).status).toBe(422);
    expect(await shop.balance('choice')).toEqual(['750', '0', '250']);
  });

  it('is refused in words where points are short, and repeated under a key of the caller’s', async () => {
    const email = await shop.customer('poor', 150);
    const sent = { headers: { 'idempotency-key': 'once' } };
    const parameters = { customer_email: email, redemption_option_id: option };
    const first = await shop.post('redemptions', parameters, sent);
    const again = await shop.post('redemptions', parameters, sent);
    expect([again.body.id, again.headers.get('idempotency-replayed')]).toEqual([first.body.id, 'true']);
    const short = await shop.redeem(email, option);
    expect(short.status).toBe(422);
    expect(short.body).toEqual({ error: 'The customer does not have enough points for this redemption option.' });
    expect(await shop.balance('poor')).toEqual(['50', '0', '100']);
  });
});

describe('POST redemptions › a repeat under its key', () => {
  const variable = { kind: 'variable', costToRedeem: undefined, minPoints: 10, stepPoints: 10 };

  it('stays one when the option has become another kind, or dearer than the answer could say', async () => {
    const email = await shop.customer('kinds');
    const own = await shop.option(variable);
    const redeem = (key: string, points: number) =>
      shop.post(
        'redemptions',
        { customer_email: email, redemption_option_id: own, points_to_redeem: points },
        { headers: { 'idempotency-key': key } },
      );
    const chosen = await redeem('kinds-1', 300);
    await shop.replace(own);
    const ignored = await redeem('kinds-2', 300);
    expect([chosen.body.points, ignored.body.points]).toEqual([300, 100]);
    for (const change of [{}, variable, { costToRedeem: 2 ** 31 }]) {
      await shop.replace(own, change);
      for (const [key, first] of [
        ['kinds-1', chosen],
        ['kinds-2', ignored],
      ] as const) {
        const again = await redeem(key, 300);
        expect([change, again.status, again.body]).toEqual([change, 200, first.body]);
        expect(again.headers.get('idempotency-replayed')).toBe('true');
      }
      expect([change, (await redeem('kinds-1', 200)).status]).toEqual([change, 422]);
    }
    expect((await redeem('kinds-3', 300)).status).toBe(422);
    expect(await shop.balance('kinds')).toEqual(['600', '0', '400']);
  });
});

/** An option with a pool of its own that holds these codes. */
async function pooled(provider: string, codes: readonly string[]): Promise<number> {
  const path = `/companies/${shop.tenant.id}/voucher-providers/${provider}`;
  await rig.admin('PUT', path, { kind: 'pool', config: {} });
  await rig.admin('POST', `${path}/codes`, { codes });
  return shop.option({ voucherProvider: provider });
}

describe('POST orders and refunds', () => {
  it('commit every code of the list, and leave codes that are nobody’s alone', async () => {
    const email = await shop.customer('cart');
    const codes = [];
    for (let i = 0; i < 2; i++) {
      codes.push((await shop.redeem(email, option, { delay_points_deduction: true })).body.reward_text);
    }
    const { status, body } = await shop.order(email, 'C-1', `${codes.join(' , ')}, WELCOME10`, {
      status: 'paid',
      created_at: '2026-01-05T10:00:00Z',
      items: [{ id: 1, name: 'Shoe', price_cents: 4_500, quantity: 1 }],
      customer: { tags: ['vip'], has_account: true },
      tags: 'a,b',
      channel_type: 'online',
      billing_address: { city: 'Berlin' },
    });
    expect([status, body]).toMatchObject([200, { points_redeemed: 200, created_at: '2026-01-05T10:00:00.000Z' }]);
    expect(await shop.balance('cart')).toEqual(['800', '0', '200']);
  });

  it('know codes that hold commas and outer blanks, in a list and as a text', async () => {
    const codes = ['A,B', ' C ', 'D, E', ' F', '😀'.repeat(256)];
    const odd = await pooled('odd', codes);
    const email = await shop.customer('odd');
    for (const _ of codes) await shop.redeem(email, odd, { delay_points_deduction: true });
    const orders = [codes.slice(0, 2), 'D, E', ' F', codes.slice(4)];
    for (const [index, coupons] of orders.entries()) {
      const { status, body } = await shop.order(email, `odd-${index}`, coupons);
      expect([coupons, status, body.points_redeemed]).toEqual([coupons, 200, index === 0 ? 200 : 100]);
    }
    expect(await shop.balance('odd')).toEqual(['500', '0', '500']);
    const again = await shop.post('redemption_codes', { redemption_option_id: odd, codes });
    expect(again.body).toMatchObject({ imported: 0, number_of_unused_codes: 0 });
  });

  it('refuse another customer’s code and one that another order used', async () => {
    const [email, other] = [await shop.customer('own'), await shop.customer('other')];
    const { reward_text: code } = (await shop.redeem(email, option, { delay_points_deduction: true })).body;
    const stolen = await shop.order(other, 'S-1', code ?? '');
    expect([stolen.status, stolen.body]).toEqual([
      422,
      { error: 'A coupon code of this order belongs to another customer.' },
    ]);
    expect((await shop.order(email, 'S-2', code ?? '')).status).toBe(200);
    expect((await shop.order(email, 'S-3', code ?? '')).status).toBe(409);
    expect(await shop.balance('own')).toEqual(['900', '0', '100']);
  });

  it('give back in proportion, once for each id, and no more than the whole', async () => {
    const email = await shop.customer('back');
    const { reward_text: code } = (await shop.redeem(email, option)).body;
    await shop.order(email, 'B-1', code ?? '');
    const refund = { order_id: 'B-1', id: 'R-1', total_amount_cents: 1_500, currency: 'USD' };
    expect((await shop.post('refunds', refund)).body).toMatchObject({ points_refunded: 33 });
    expect((await shop.post('refunds', refund)).body).toMatchObject({ points_refunded: 33 });
    expect(await shop.balance('back')).toEqual(['933', '0', '67']);
    expect((await shop.post('refunds', { ...refund, id: 'R-2', currency: 'EUR' })).status).toBe(422);
    expect((await shop.post('refunds', { order_id: 'B-1', total_amount_cents: 4_500 })).body).toMatchObject({
      points_refunded: 67,
    });
    expect((await shop.post('refunds', { order_id: 'B-1', total_amount_cents: 4_500 })).status).toBe(200);
    expect(await shop.balance('back')).toEqual(['1000', '0', '0']);
    expect((await shop.post('refunds', { order_id: 'none', total_amount_cents: 1 })).status).toBe(404);
  });

  it('late, after the coupon was given up, follow the rule: paid again, or flagged', async () => {
    const email = await shop.customer('late', 100);
    const held = (await shop.redeem(email, option, { delay_points_deduction: true })).body;
    const cancelled = await shop.post(`redemptions/${held.id}/cancellation_completed`, {
      reward_text: held.reward_text,
    });
    expect([cancelled.status, cancelled.body.status]).toEqual([200, 'released']);
    expect((await shop.order(email, 'T-1', held.reward_text ?? '')).body.points_redeemed).toBe(100);
    expect(await shop.balance('late')).toEqual(['0', '0', '100']);
    expect((await shop.order(email, 'T-2', held.reward_text ?? '')).body.points_redeemed).toBe(0);
    const flagged = await rig.admin('GET', '/redemptions?flagged=true');
    expect(JSON.stringify(flagged.body)).toContain('late_order_unpaid');
  });
});

describe('POST redemptions/{id}/cancellation_completed', () => {
  it('gives held points back, and deducted ones, to whoever knows the code', async () => {
    const email = await shop.customer('undo');
    const deducted = (await shop.redeem(email, option)).body;
    const path = `redemptions/${deducted.id}/cancellation_completed`;
    expect((await shop.post(path, { reward_text: 'WRONG' })).status).toBe(422);
    const done = await shop.post(path, { reward_text: deducted.reward_text });
    expect([done.status, done.body.status]).toEqual([200, 'reversed']);
    expect((await shop.post(path, { reward_text: deducted.reward_text })).status).toBe(200);
    expect(await shop.balance('undo')).toEqual(['1000', '0', '0']);
    for (const id of ['2147483648', '0', 'x', '99999999999']) {
      expect((await shop.post(`redemptions/${id}/cancellation_completed`, { reward_text: 'A' })).status).toBe(404);
    }
  });
});

describe('The longest codes', () => {
  it('are found, and cancelled', async () => {
    const codes = [...'€🎁'].map((character) => character.repeat(256));
    const long = await pooled('long', codes);
    const email = await shop.customer('long');
    for (const _ of codes) {
      const { id, reward_text: code } = (await shop.redeem(email, long)).body;
      const found = await shop.call('GET', `redemption_codes?code=${encodeURIComponent(code ?? '')}`);
      expect([found.status, found.body]).toMatchObject([200, { status: 'issued', redemption_id: id }]);
      expect((await shop.post(`redemptions/${id}/cancellation_completed`, { reward_text: code })).status).toBe(200);
    }
    expect(await shop.balance('long')).toEqual(['1000', '0', '0']);
  });
});

/** The ids of recent customers, page by page. */
async function recent(of: YotpoShop, perPage: number): Promise<string[]> {
  const seen: string[] = [];
  let token: string | null = '';
  while (token !== null) {
    const more: string = token === '' ? '' : `&page_info=${token}`;
    const { status, body } = await of.call('GET', `customers/recent?per_page=${perPage}${more}`);
    expect([more, status]).toEqual([more, 200]);
    const page = body as unknown as {
      customers: { customer_id: string }[];
      metadata: { next_page_info: string | null };
    };
    seen.push(...page.customers.map(({ customer_id }) => customer_id));
    token = page.metadata.next_page_info;
  }
  return seen;
}

describe('Customers and points', () => {
  it('are written, read with their history, and adjusted', async () => {
    const written = await shop.post('customers', {
      customer_email: 'ada@example.com',
      first_name: 'Ada',
      last_name: 'Lovelace',
      phone_number: '+442071234567',
      tags: 'vip,early',
    });
    expect(written.body).toMatchObject({
      thirty_party_id: 'ada@example.com',
      first_name: 'Ada',
      last_name: 'Lovelace',
    });
    const adjust = { customer_email: 'ADA@example.com', point_adjustment_amount: 300, history_title: 'Welcome' };
    expect((await shop.post('points/adjust', adjust)).body.points_balance).toBe(300);
    await shop.post('points/adjust', { ...adjust, point_adjustment_amount: -50, visible_to_customer: false });
    expect((await shop.post('points/adjust', { ...adjust, point_adjustment_amount: -251 })).status).toBe(422);
    await shop.redeem('ada@example.com', option);
    await shop.order('ada@example.com', 'A-1', '', { total_amount_cents: 1_234 });
    const { body } = await shop.call('GET', 'customers?phone_number=%2B442071234567&with_history=true');
    expect(body).toMatchObject({
      email: 'ada@example.com',
      points_balance: 150,
      points_earned: 300,
      total_spend_cents: 1_234,
      total_purchases: 1,
      perks_redeemed: 1,
      tags: ['vip', 'early'],
      history_items: [
        { action: 'Points redeemed', points: -100, status: 'Approved' },
        { action: 'Welcome', points: 300, status: 'Approved' },
      ],
    });
  });

  it('that have more points than 32 bits can say are refused rather than cut', async () => {
    await shop.customer('rich', 0);
    await rig.earn(shop.tenant, 'rich', '2147483648');
    const { status, body } = await shop.call('GET', 'customers?customer_id=rich');
    expect([status, Object.keys(body)]).toEqual([422, ['error']]);
  });

  it('recent ones are given page by page, each once', async () => {
    const fresh = new YotpoShop(rig, await rig.tenant('Pages'));
    for (let i = 0; i < 7; i++) await fresh.customer(`p${i}`, 0);
    expect(await recent(fresh, 3)).toEqual(['p6', 'p5', 'p4', 'p3', 'p2', 'p1', 'p0']);
    expect((await fresh.call('GET', 'customers/recent?page_info=bm90aGluZw')).status).toBe(400);
  });

  it('recent ones are given page by page whatever their ids', async () => {
    const fresh = new YotpoShop(rig, await rig.tenant('Long pages'));
    const ids = ['x', '€', '\u0001'].map((character) => character.repeat(255));
    for (const id of ids) await fresh.post('customers', { customer_id: id });
    expect((await recent(fresh, 1)).sort()).toEqual(ids.sort());
  });
});

describe('Redemption options and codes', () => {
  it('options are listed with what they cost and are worth, by discount type and by customer', async () => {
    const fresh = new YotpoShop(rig, await rig.tenant('Options'));
    const ten = await fresh.option();
    const percent = await fresh.option({ discountType: 'percentage', discountValue: '12.5', tiers: ['gold'] });
    const ids = async (query = '') => {
      const { body } = await fresh.call('GET', `redemption_options${query}`);
      return (body as unknown as { id: number }[]).map(({ id }) => id);
    };
    await fresh.customer('plain', 0);
    expect(await ids()).toEqual([ten, percent]);
    expect(await ids('?discount_type=percentage')).toEqual([percent]);
    expect(await ids('?customer_id=plain&offline=false')).toEqual([ten]);
    const { body } = await fresh.call('GET', 'redemption_options');
    expect(body).toMatchObject([
      { amount: 100, cost_text: '100 Points', discount_amount_cents: 1_000, discount_type: 'fixed_amount' },
      { discount_percentage: 12.5, discount_type: 'percentage' },
    ]);
  });

  it('codes go into the option’s pool, are handed out, and are found', async () => {
    const fresh = new YotpoShop(rig, await rig.tenant('Pool'));
    await rig.admin('PUT', `/companies/${fresh.tenant.id}/voucher-providers/shelf`, { kind: 'pool', config: {} });
    const pooled = await fresh.option({ voucherProvider: 'shelf' });
    const codes = Array.from({ length: 10_000 }, (_, i) => `POOL-${i}`).join(',');
    const added = await fresh.post('redemption_codes', { redemption_option_id: pooled, codes });
    expect([added.status, added.body]).toMatchObject([200, { imported: 10_000, number_of_unused_codes: 10_000 }]);
    expect((await fresh.post('redemption_codes', { redemption_option_id: pooled, codes: `${codes},X` })).status).toBe(
      400,
    );
    expect((await fresh.call('GET', 'redemption_codes?code=POOL-1')).body).toMatchObject({ status: 'unused' });
    const { id, reward_text: code } = (await fresh.redeem(await fresh.customer('taker'), pooled)).body;
    expect(code).toMatch(/^POOL-\d+$/);
    expect((await fresh.call('GET', `redemption_codes?code=${code ?? ''}`)).body).toMatchObject({
      status: 'issued',
      redemption_id: id,
      redemption_option_id: pooled,
    });
    expect((await fresh.call('GET', 'redemption_codes?code=nothing')).status).toBe(404);
  });
});
