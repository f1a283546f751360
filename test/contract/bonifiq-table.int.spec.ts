import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiRig } from '../e2e/api/api-rig.js';
import { BonifiqStore } from '../e2e/api/bonifiq-rig.js';
import { bonifiqCalls } from './bonifiq-calls.js';
import { callsOf, unclearRows } from './dialect-table.js';

const rows = callsOf('BonifiQ');

let rig: ApiRig;
let store: BonifiqStore;
/** What stands for the braces of each call, where it is not the customer. */
let ids: Readonly<Record<string, string | number>>;

/** Redemptions to be cancelled, an order of 20 that deducted 100 points for each of two calls, and cashback. */
beforeAll(async () => {
  rig = await ApiRig.open({ REDEEM_WAIT_MS: '10000' });
  await rig.startWorker();
  store = new BonifiqStore(rig, await rig.tenant());
  const reward = await store.reward();
  await store.cashback();
  const email = await store.customer('ann', 2_000);
  const { PointId } = (await store.redeem(reward, email)).body.Result.Point;
  await store.redeem(reward, email, { OriginalKey: 'by-key' });
  for (const orderId of ['O-parted', 'O-cancelled']) {
    const { ExternalCode } = (await store.redeem(reward, email)).body.Result;
    await store.order('ann', orderId, ExternalCode, { OrderTotal: 20 });
  }
  await store.post('POS/orders/O-cancelled/partialcancel', { ValueToRefund: 10, CancelKey: 'half' });
  ids = {
    'POST V/POS/rewards/{id}/redeem': reward,
    'DELETE V/POS/rewards/{id}': PointId,
    'POST V/POS/orders/{orderId}/cancel': 'O-cancelled',
    'POST V/POS/orders/{orderId}/partialcancel': 'O-parted',
  };
});
afterAll(() => rig.close());

describe('BonifiQ’s part of docs/dialects.md', () => {
  it('says of every row whether Holdfast does it, and names each call that is tried here', () => {
    expect(unclearRows('BonifiQ')).toEqual([]);
    expect(rows.map(({ call }) => call).sort()).toEqual(Object.keys(bonifiqCalls).sort());
  });

  it.each(rows)('$call: $verdict', async ({ call, verdict }) => {
    const { path = '', body, status, shape, moves = [0, 0, 0] } = bonifiqCalls[call]!;
    expect(status === 404).toBe(verdict === 'not yet');
    const [method = '', url = ''] = call.split(' ');
    const address = url.replace(/^V\//, '').replace(/\{\w+\}/, String(ids[call] ?? 'ann@example.com'));
    const before = (await store.balance('ann')).map(Number);
    const answer = await store.call(method, address + path, body);
    expect([answer.status, answer.body.ErrorMessage]).toEqual([status, status === 404 ? expect.any(String) : null]);
    expect(shape?.safeParse(answer.body).error?.issues ?? []).toEqual([]);
    expect((await store.balance('ann')).map(Number)).toEqual(before.map((points, i) => points + moves[i]!));
  });
});
