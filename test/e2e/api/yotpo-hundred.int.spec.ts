import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { findingsIn } from '../../support/ledger/stored-ledger.js';
import { until } from '../../support/until.js';
import { ApiRig } from './api-rig.js';
import { YotpoShop } from './yotpo-rig.js';

/** Long enough to hand out a hundred coupons on a busy machine. */
const HOLD_SECONDS = 30;

let rig: ApiRig;
let shop: YotpoShop;

beforeAll(async () => {
  rig = await ApiRig.open({ REDEEM_WAIT_MS: '25000', DELAYED_TTL_SECONDS: String(HOLD_SECONDS) });
  await rig.startWorker();
  shop = new YotpoShop(rig, await rig.tenant());
});
afterAll(async () => {
  expect(await findingsIn(rig.pool)).toEqual([]);
  await rig.close();
});

it('A hundred coupons of 10 points are handed out on a balance of 1,000, and not one more; all expire, and orders that come late follow the rule', async () => {
  const email = await shop.customer('hundred', 1_000);
  const option = await shop.option({ costToRedeem: 10, expirationPreset: undefined });
  const delayed = { delay_points_deduction: true };
  const coupons = await Promise.all(Array.from({ length: 100 }, () => shop.redeem(email, option, delayed)));
  expect(coupons.map(({ status }) => status)).toEqual(coupons.map(() => 200));
  expect(new Set(coupons.map(({ body }) => body.reward_text)).size).toBe(100);
  expect(await shop.balance('hundred')).toEqual(['0', '1000', '0']);
  const more = await shop.redeem(email, option, delayed);
  expect([more.status, Object.keys(more.body)]).toEqual([422, ['error']]);

  await until(async () => (await shop.balance('hundred'))[1] === '0');
  expect(await shop.balance('hundred')).toEqual(['1000', '0', '0']);

  const [paid, unpaid] = coupons.map(({ body }) => body.reward_text ?? '');
  expect((await shop.order(email, 'LATE-1', paid ?? '')).body.points_redeemed).toBe(10);
  expect(await shop.balance('hundred')).toEqual(['990', '0', '10']);
  await shop.post('points/adjust', { customer_email: email, point_adjustment_amount: -981 });
  expect((await shop.order(email, 'LATE-2', unpaid ?? '')).body.points_redeemed).toBe(0);
  expect(await shop.balance('hundred')).toEqual(['9', '0', '10']);
  const { body } = await rig.admin('GET', '/redemptions?flagged=true');
  expect(JSON.stringify(body)).toContain('late_order_unpaid');
});
