import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { adjustedSchema } from '../../apps/api/src/dialects/yotpo/adjust-points/adjust-points.schema.js';
import { customerSchema } from '../../apps/api/src/dialects/yotpo/customers/customer-answer.js';
import { recentSchema } from '../../apps/api/src/dialects/yotpo/customers/customers.schema.js';
import { orderSchema } from '../../apps/api/src/dialects/yotpo/order/order.schema.js';
import { addedSchema, codeSchema } from '../../apps/api/src/dialects/yotpo/redemption-codes/redemption-codes.schema.js';
import { optionSchema } from '../../apps/api/src/dialects/yotpo/redemption-options/redemption-options.schema.js';
import { redemptionSchema } from '../../apps/api/src/dialects/yotpo/redemption-answer.js';
import { refundSchema } from '../../apps/api/src/dialects/yotpo/refund/refund.schema.js';
import { ApiRig } from '../e2e/api/api-rig.js';
import { YotpoShop } from '../e2e/api/yotpo-rig.js';
import { callsOf, unclearRows } from './dialect-table.js';

const rows = callsOf('Yotpo');
const ANN = { customer_email: 'ann@example.com' };

let rig: ApiRig;
let shop: YotpoShop;
let option: number;
let pooled: number;
let held: { id: number; code: string };

beforeAll(async () => {
  rig = await ApiRig.open({ REDEEM_WAIT_MS: '10000' });
  await rig.startWorker();
  shop = new YotpoShop(rig, await rig.tenant());
  await rig.admin('PUT', `/companies/${shop.tenant.id}/voucher-providers/shelf`, { kind: 'pool', config: {} });
  [option, pooled] = [await shop.option(), await shop.option({ voucherProvider: 'shelf' })];
  await shop.customer('ann');
  const { id, reward_text: code } = (await shop.redeem(ANN.customer_email, option, { delay_points_deduction: true }))
    .body;
  held = { id, code: code ?? '' };
  const { reward_text: used } = (await shop.redeem(ANN.customer_email, option)).body;
  await shop.order(ANN.customer_email, 'O-1', used ?? '');
});
afterAll(() => rig.close());

interface Probe {
  readonly query?: string;
  readonly body?: () => object;
  readonly shape: z.ZodType;
  /** How it changes the customer's available, reserved and burned points; absent: not at all. */
  readonly moves?: readonly [available: number, reserved: number, burned: number];
}

const probes: Readonly<Record<string, Probe>> = {
  'POST Y/redemptions': {
    body: () => ({ ...ANN, redemption_option_id: option }),
    shape: redemptionSchema,
    moves: [-100, 0, 100],
  },
  'POST Y/redemptions/{id}/cancellation_completed': {
    body: () => ({ reward_text: held.code }),
    shape: redemptionSchema,
    moves: [100, -100, 0],
  },
  'POST Y/orders': {
    body: () => ({ ...ANN, order_id: 'O-2', total_amount_cents: 1, currency_code: 'USD', coupon_code: 'NOT-OURS' }),
    shape: orderSchema,
  },
  'POST Y/refunds': {
    body: () => ({ order_id: 'O-1', id: 'R-1', total_amount_cents: 1_500, currency: 'USD' }),
    shape: refundSchema,
    moves: [33, 0, -33],
  },
  'POST Y/points/adjust': {
    body: () => ({ ...ANN, point_adjustment_amount: -5 }),
    shape: adjustedSchema,
    moves: [-5, 0, 0],
  },
  'GET Y/customers': { query: '?customer_email=ann@example.com&with_history=true', shape: customerSchema },
  'POST Y/customers': { body: () => ({ ...ANN, first_name: 'Ann' }), shape: customerSchema },
  'GET Y/customers/recent': { query: '?per_page=1', shape: recentSchema },
  'GET Y/redemption_options': { query: '?discount_type=fixed_amount', shape: z.array(optionSchema) },
  'POST Y/redemption_codes': {
    body: () => ({ redemption_option_id: pooled, codes: 'ONE,TWO' }),
    shape: addedSchema,
  },
  'GET Y/redemption_codes': { query: '?code=', shape: codeSchema },
};

describe('Yotpo’s part of docs/dialects.md', () => {
  it('says of every row whether Holdfast does it, and names each call that is tried here', () => {
    expect(unclearRows('Yotpo')).toEqual([]);
    expect(rows.map(({ call }) => call).sort()).toEqual(Object.keys(probes).sort());
    expect(rows.filter(({ verdict }) => verdict === 'not yet')).toEqual([]);
  });

  it.each(rows)('$call: $verdict', async ({ call }) => {
    const { query = '', body, shape, moves = [0, 0, 0] } = probes[call]!;
    const [method = '', url = ''] = call.split(' ');
    const path = url.replace('Y/', '').replace('{id}', String(held.id)) + query + (query === '?code=' ? held.code : '');
    const before = (await shop.balance('ann')).map(Number);
    const answer = await shop.call(method, path, body?.());
    expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
    expect(shape.safeParse(answer.body).error?.issues ?? []).toEqual([]);
    expect((await shop.balance('ann')).map(Number)).toEqual(before.map((points, i) => points + moves[i]!));
  });
});
