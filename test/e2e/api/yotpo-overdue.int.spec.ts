import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CommandBus } from '@nestjs/cqrs';
import { uuidV7 } from '#platform';
import type { AnsweredRedemption } from '../../../apps/api/src/redemptions/answered-redemption.js';
import { RequestRedemptionCommand } from '../../../apps/api/src/redemptions/request-redemption/request-redemption.command.js';
import { until } from '../../support/until.js';
import { ApiRig, type Answer } from './api-rig.js';
import { YotpoShop, type YotpoBody } from './yotpo-rig.js';

let rig: ApiRig;
let shop: YotpoShop;

beforeEach(async () => {
  rig = await ApiRig.open({ REDEEM_WAIT_MS: '1500' });
  shop = new YotpoShop(rig, await rig.tenant());
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rig.close();
});

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

describe('A coupon that is there before its release is asked for', () => {
  /** A redemption whose wait has run out; before anything else is done about it, the worker gets there. */
  async function redeemSlowly(more: object): Promise<Answer<YotpoBody>> {
    const email = await shop.customer('lucky');
    const option = await shop.option();
    const bus = rig.api.app.get(CommandBus, { strict: false });
    const execute: (command: never) => Promise<AnsweredRedemption> = bus.execute.bind(bus);
    jest.spyOn(bus, 'execute').mockImplementation(async (command: unknown) => {
      if (!(command instanceof RequestRedemptionCommand)) return execute(command as never);
      const { call, dialect, request, idempotencyKey } = command;
      const open = await execute(new RequestRedemptionCommand(call, dialect, request, idempotencyKey, 0) as never);
      expect(open.view.redemption.firstOutcome).toBeUndefined();
      await rig.startWorker();
      await until(async () => (await rig.redemptions(shop.tenant, 'lucky')).data[0]?.voucherCode !== null);
      return open;
    });
    return shop.redeem(email, option, more);
  }

  it('is answered with 200, and the points of a delayed one stay held', async () => {
    const { status, body } = await redeemSlowly({ delay_points_deduction: true });
    expect([status, body.approved, typeof body.reward_text]).toEqual([200, false, 'string']);
    expect(await shop.balance('lucky')).toEqual(['900', '100', '0']);
  });

  it('is answered with 200, and the points of an immediate one are deducted', async () => {
    const { status, body } = await redeemSlowly({});
    expect([status, body.approved, typeof body.reward_text]).toEqual([200, true, 'string']);
    expect(await shop.balance('lucky')).toEqual(['900', '0', '100']);
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
    await until(async () => (await shop.balance('cut-off'))[2] === '100');
    const { body } = await shop.post('refunds', { order_id: 'DEAD-1', total_amount_cents: 100 });
    expect(body.points_refunded).toBe(100);
  });
});
