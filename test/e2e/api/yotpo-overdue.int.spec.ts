import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { uuidV7 } from '#platform';
import { ApiRig } from './api-rig.js';
import { YotpoShop } from './yotpo-rig.js';

let rig: ApiRig;
let shop: YotpoShop;

beforeEach(async () => {
  rig = await ApiRig.open({ REDEEM_WAIT_MS: '1500' });
  shop = new YotpoShop(rig, await rig.tenant());
});
afterEach(() => rig.close());

describe('A redemption in Yotpo’s dialect', () => {
  it('that no worker takes up is undone on record before 503 is answered, and stays undone', async () => {
    const email = await shop.customer('waiting');
    const { status, body } = await shop.redeem(email, await shop.option());
    expect([status, Object.keys(body)]).toEqual([503, ['error']]);
    const { data } = await rig.redemptions(shop.tenant, 'waiting');
    expect(data).toMatchObject([{ engineStatus: 'failed', failureReason: 'cancelled' }]);
    await rig.startWorker();
    const next = await shop.redeem(email, await shop.option());
    expect(next.status).toBe(200);
    expect(await shop.balance('waiting')).toEqual(['900', '0', '100']);
  });
});

describe('An order whose process died after it was recorded', () => {
  it('is finished by the worker, though nobody tells of it again', async () => {
    await rig.startWorker();
    const email = await shop.customer('cut-off');
    const { id } = (await shop.redeem(email, await shop.option(), { delay_points_deduction: true })).body;
    const { rows } = await rig.pool.query<{ redemption_id: string; wallet_id: string }>(
      `SELECT d.redemption_id, r.wallet_id FROM dialect_redemption d JOIN redemption r ON r.id = d.redemption_id
       WHERE d.company_id = $1 AND d.dialect_id = $2`,
      [shop.tenant.id, id],
    );
    const found = rows[0]!;
    await rig.pool.query(
      `INSERT INTO purchase_order (company_id, id, customer_id, wallet_id, dialect, total_cents, currency, placed_at, received_at)
       VALUES ($1, 'DEAD-1', 'cut-off', $2, 'yotpo', 100, 'USD', now(), now() - interval '1 minute')`,
      [shop.tenant.id, found.wallet_id],
    );
    await rig.pool.query(
      `INSERT INTO purchase_order_code (company_id, order_id, redemption_id, recovery_id) VALUES ($1, 'DEAD-1', $2, $3)`,
      [shop.tenant.id, found.redemption_id, uuidV7()],
    );
    await rig.until(async () => (await shop.balance('cut-off'))[2] === '100', 30_000);
    const { body } = await shop.post('refunds', { order_id: 'DEAD-1', total_amount_cents: 100 });
    expect(body.points_refunded).toBe(100);
  });
});
