import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { API_SECRET, callbackContract, ProviderSimulator } from '../../support/provider/index.js';
import { until } from '../../support/until.js';
import { ApiRig } from './api-rig.js';
import { YotpoShop } from './yotpo-rig.js';

/** A shop as it stood behind Yotpo: it calls our API as it called Yotpo's, and we call its addresses as Yotpo did. */
let coupons: ProviderSimulator;
let rig: ApiRig;
let shop: YotpoShop;
let option: number;

function callbacks(change: object = {}) {
  const { baseUrl } = coupons;
  return {
    kind: 'yotpo-callback',
    config: {
      createUrl: `${baseUrl}/coupons/create`,
      cancelUrl: `${baseUrl}/coupons/cancel`,
      apiSecret: API_SECRET,
      timeoutMs: 1_000,
      ...change,
    },
  };
}

function put(name: string, change: object = {}) {
  return rig.admin('PUT', `/companies/${shop.tenant.id}/voucher-providers/${name}`, callbacks(change));
}

function stateOf(code: string | null): string | undefined {
  return coupons.truth(code ?? '')?.vouchers[0]?.state;
}

beforeAll(async () => {
  coupons = await ProviderSimulator.start({ contract: callbackContract });
  rig = await ApiRig.open({ REDEEM_WAIT_MS: '30000', OUTGOING_ALLOW_PRIVATE: 'true' });
  await rig.startWorker();
  shop = new YotpoShop(rig, await rig.tenant());
  expect(await put('callbacks')).toMatchObject({
    status: 200,
    body: { data: { version: '1', kind: 'yotpo-callback' } },
  });
  option = await shop.option({ voucherProvider: 'callbacks', voucherPrefix: 'TEN' });
});
afterAll(async () => {
  await rig.close();
  await coupons.stop();
});

describe('A shop with Yotpo’s callbacks', () => {
  it('is told to create the coupon that the customer gets, and honours it with its order', async () => {
    const email = await shop.customer('ann');
    const { status, body } = await shop.redeem(email, option, { delay_points_deduction: true });
    expect([status, body.approved]).toEqual([200, false]);
    expect(body.reward_text).toMatch(/^TEN-/);
    expect(stateOf(body.reward_text)).toBe('valid');
    expect(await shop.balance('ann')).toEqual(['900', '100', '0']);
    expect((await shop.order(email, 'O-1', body.reward_text ?? '')).body).toMatchObject({ points_redeemed: 100 });
    expect(await shop.balance('ann')).toEqual(['900', '0', '100']);
  });

  it('is told to cancel one before the points come back', async () => {
    const email = await shop.customer('ben');
    const { id, reward_text } = (await shop.redeem(email, option, { delay_points_deduction: true })).body;
    const answer = await shop.post(`redemptions/${id}/cancellation_completed`, { reward_text });
    expect(answer.status).toBe(200);
    expect(stateOf(reward_text)).toBe('cancelled');
    expect(await shop.balance('ben')).toEqual(['1000', '0', '0']);
  });

  it('keeps a coupon that was used there: the points stay deducted', async () => {
    const email = await shop.customer('cleo');
    const { id, reward_text } = (await shop.redeem(email, option, { delay_points_deduction: true })).body;
    await coupons.use(reward_text ?? '');
    await shop.post(`redemptions/${id}/cancellation_completed`, { reward_text });
    await until(async () => (await shop.balance('cleo'))[2] === '100');
    expect(await shop.balance('cleo')).toEqual(['900', '0', '100']);
  });

  it('that never answers the first time is asked for the same coupon again, and makes one', async () => {
    const email = await shop.customer('dan');
    coupons.plan({ call: 'issue', mode: 'drop' });
    const before = coupons.truths().size;
    const { status, body } = await shop.redeem(email, option);
    expect(status).toBe(200);
    expect(stateOf(body.reward_text)).toBe('valid');
    expect(coupons.truths().size).toBe(before + 1);
    expect(await shop.balance('dan')).toEqual(['900', '0', '100']);
  });

  it('that refuses is taken at its word: the points are back', async () => {
    const email = await shop.customer('eve');
    coupons.plan({ call: 'issue', mode: 'declined' });
    expect((await shop.redeem(email, option)).status).toBe(422);
    expect(await shop.balance('eve')).toEqual(['1000', '0', '0']);
  });

  it('can’t create a percentage: the call has no words for one', async () => {
    const email = await shop.customer('fay');
    const percent = await shop.option({
      voucherProvider: 'callbacks',
      discountType: 'percentage',
      discountValue: '10',
    });
    expect((await shop.redeem(email, percent)).status).toBe(422);
    expect(await shop.balance('fay')).toEqual(['1000', '0', '0']);
  });

  it('without an address for cancellations can’t have delayed deductions', async () => {
    await put('oneway', { cancelUrl: undefined });
    const email = await shop.customer('gus');
    const oneway = await shop.option({ voucherProvider: 'oneway' });
    expect((await shop.redeem(email, oneway)).status).toBe(200);
    const refused = await shop.redeem(email, oneway, { delay_points_deduction: true });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.status).toBeLessThan(500);
    expect(await shop.balance('gus')).toEqual(['900', '0', '100']);
  });

  it('may change its secret, and what is under way goes on with the new one', async () => {
    await put('rotating', { apiSecret: 'one-that-the-shop-no-longer-takes' });
    const rotating = await shop.option({ voucherProvider: 'rotating' });
    const email = await shop.customer('hal');
    const redeeming = shop.redeem(email, rotating);
    await until(async () => (await shop.balance('hal'))[1] === '100');
    expect(await put('rotating')).toMatchObject({ body: { data: { version: '2' } } });
    const { status, body } = await redeeming;
    expect([status, stateOf(body.reward_text)]).toEqual([200, 'valid']);
    const { rows } = await rig.pool.query<{ config: string }>('SELECT config::text AS config FROM voucher_provider');
    for (const { config } of rows) expect(config).not.toContain(API_SECRET);
  });
});
