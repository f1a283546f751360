import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ProviderSimulator } from '../../support/provider/index.js';
import { until } from '../../support/until.js';
import { ApiRig } from './api-rig.js';
import { BonifiqStore } from './bonifiq-rig.js';
import { YotpoShop } from './yotpo-rig.js';

/** What the dialects say while somebody else still has to do something, and once that is done. */
let provider: ProviderSimulator;
let rig: ApiRig;
let store: BonifiqStore;
let shop: YotpoShop;

beforeAll(async () => {
  provider = await ProviderSimulator.start();
  rig = await ApiRig.open({ REDEEM_WAIT_MS: '1000', OUTGOING_ALLOW_PRIVATE: 'true' });
  const tenant = await rig.tenant();
  store = new BonifiqStore(rig, tenant);
  shop = new YotpoShop(rig, tenant);
  const config = { baseUrl: provider.baseUrl };
  await rig.admin('PUT', `/companies/${tenant.id}/voucher-providers/outside`, { kind: 'http', config });
});
afterEach(() => {
  provider.forgetPlans();
});
afterAll(async () => {
  await rig.close();
  await provider.stop();
});

describe('While a redemption is under way', () => {
  it('BonifiQ’s call is refused with the key to repeat it with, and the repeat gets the coupon', async () => {
    const email = await shop.customer('ann');
    const path = `POS/rewards/${await store.reward()}/redeem`;
    const waiting = await store.post(path, { CustomerId: email });
    expect(waiting).toMatchObject({ status: 400, body: { HasError: true, CodeName: 'RequestInProgress' } });
    const { OriginalKey } = waiting.body.Result;
    expect(waiting.body.ErrorMessage).toContain(OriginalKey);
    await rig.startWorker();
    await until(async () => (await shop.balance('ann'))[2] === '100');
    const again = await store.post(path, { CustomerId: email, OriginalKey });
    expect(again).toMatchObject({ status: 200, body: { HasError: false, Result: { OriginalKey } } });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await shop.balance('ann')).toEqual(['900', '0', '100']);
  });
});

describe('While the coupon’s provider has not confirmed that it is void', () => {
  it('BonifiQ’s DELETE answers 202 with a warning, and 200 once the points are back', async () => {
    const email = await shop.customer('ben');
    const reward = await store.reward({ voucherProvider: 'outside' });
    const redeem = { CustomerId: email, ForceGenerateCoupon: true };
    const { PointId } = (await store.post(`POS/rewards/${reward}/redeem`, redeem)).body.Result.Point;
    provider.plan({ call: 'cancel', mode: 'unavailable', times: 100 });
    const first = await store.call('DELETE', `POS/rewards/${PointId}`);
    expect([first.status, first.body.HasError, first.body.HasWarning, first.body.Result.IsCanceled]).toEqual([
      202,
      false,
      true,
      false,
    ]);
    expect(await shop.balance('ben')).toEqual(['900', '0', '100']);
    provider.forgetPlans();
    await until(async () => (await shop.balance('ben'))[0] === '1000');
    const second = await store.call('DELETE', `POS/rewards/${PointId}`);
    expect([second.status, second.body.HasWarning, second.body.Result.IsCanceled]).toEqual([200, false, true]);
  });

  it('Yotpo’s cancellation answers 202, and 200 once the points are back', async () => {
    const email = await shop.customer('cleo');
    const option = await shop.option({ voucherProvider: 'outside' });
    const { id, reward_text } = (await shop.redeem(email, option, { delay_points_deduction: true })).body;
    provider.plan({ call: 'cancel', mode: 'unavailable', times: 100 });
    const cancel = () => shop.post(`redemptions/${id}/cancellation_completed`, { reward_text });
    expect((await cancel()).status).toBe(202);
    expect(await shop.balance('cleo')).toEqual(['900', '100', '0']);
    provider.forgetPlans();
    await until(async () => (await shop.balance('cleo'))[0] === '1000');
    expect((await cancel()).status).toBe(200);
  });
});
