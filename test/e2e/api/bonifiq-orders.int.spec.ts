import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findingsIn } from '../../support/ledger/stored-ledger.js';
import { until } from '../../support/until.js';
import { ApiRig } from './api-rig.js';
import { BonifiqStore } from './bonifiq-rig.js';

let rig: ApiRig;
let store: BonifiqStore;
let reward: number;
let cashback: number;

beforeAll(async () => {
  rig = await ApiRig.open({ REDEEM_WAIT_MS: '10000', DELAYED_TTL_SECONDS: '600' });
  await rig.startWorker();
  store = new BonifiqStore(rig, await rig.tenant());
  reward = await store.reward();
  cashback = await store.cashback();
});
afterAll(async () => {
  expect(await findingsIn(rig.pool)).toEqual([]);
  await rig.close();
});

describe('POST POS/orders', () => {
  it('links a redemption by its ExternalCode, is repeatable, and gives back in parts and as a whole', async () => {
    const email = await store.customer('shop');
    const { ExternalCode, Point } = (await store.redeem(reward, email)).body.Result;
    const ordered = await store.order('shop', 'O-1', ExternalCode, { OrderTotal: 45.5, Products: [], Metadatas: null });
    expect([ordered.status, ordered.body.Result]).toMatchObject([
      200,
      {
        OriginalId: 'O-1',
        OrderTotal: 45.5,
        PointsRedeemed: 100,
        Redemptions: [{ PointId: Point.PointId, Points: 100 }],
      },
    ]);
    expect((await store.order('shop', 'O-1', ExternalCode, { OrderTotal: 45.5 })).body).toEqual(ordered.body);
    expect((await store.order('shop', 'O-1', ExternalCode, { OrderTotal: 46 })).body.CodeName).toBe('OrderDiffers');
    expect((await store.order('shop', 'O-2', ExternalCode)).body.CodeName).toBe('CodeAlreadyUsed');
    const part = { ValueToRefund: 15.17, CancelKey: 'K-1' };
    expect((await store.post('POS/orders/O-1/partialcancel', part)).body.Result).toMatchObject({ PointsReturned: 33 });
    for (const again of [part, { ...part, ValueToRefund: 1 }]) {
      const used = await store.post('POS/orders/O-1/partialcancel', again);
      expect([used.status, used.body.CodeName, used.body.HasError]).toEqual([400, 'CancelKeyUsed', true]);
    }
    expect(await store.balance('shop')).toEqual(['933', '0', '67']);
    const cancelled = await store.post('POS/orders/O-1/cancel', {});
    expect(cancelled.body.Result).toMatchObject({ IsCancelled: true, PointsReturned: 67 });
    expect((await store.post('POS/orders/O-1/cancel', undefined)).body).toEqual(cancelled.body);
    expect(await store.balance('shop')).toEqual(['1000', '0', '0']);
    expect((await store.post('POS/orders/none/cancel', {})).body.CodeName).toBe('NotFound');
  });

  it('may carry the longest codes', async () => {
    const path = `/companies/${store.tenant.id}/voucher-providers/long`;
    await rig.admin('PUT', path, { kind: 'pool', config: {} });
    await rig.admin('POST', `${path}/codes`, { codes: [...'€😀'].map((character) => character.repeat(256)) });
    const long = await store.reward({ voucherProvider: 'long' });
    const email = await store.customer('long');
    for (const orderId of ['LONG-1', 'LONG-2']) {
      const { ExternalCode } = (await store.redeem(long, email, { ForceGenerateCoupon: true })).body.Result;
      expect((await store.order('long', orderId, ExternalCode)).body.Result).toMatchObject({ PointsRedeemed: 100 });
    }
  });

  it.each(['0001-01-01T00:00:00', '9999-12-31T23:59:59.9999999'])('may be of %s, which means no date', async (date) => {
    const email = await store.customer(`undated-${date.slice(0, 4)}`);
    expect((await store.order(email, `UNDATED-${date}`, null, { OrderPlacementDate: date })).status).toBe(200);
  });

  it('that comes as cancelled gives back what it deducted, and as ignored changes nothing', async () => {
    const email = await store.customer('fickle');
    const { ExternalCode } = (await store.redeem(reward, email)).body.Result;
    expect((await store.order(email, 'F-1', ExternalCode, { OrderStatus: 4 })).body.Result).toMatchObject({
      PointsRedeemed: 0,
    });
    await store.order(email, 'F-1', ExternalCode, { OrderStatus: 1 });
    expect(await store.balance('fickle')).toEqual(['900', '0', '100']);
    const cancelled = await store.order(email, 'F-1', ExternalCode, { IsCancelledOrReturned: true });
    expect([cancelled.status, cancelled.body.Result]).toMatchObject([200, { IsCancelled: true }]);
    expect((await store.order(email, 'F-2', null, { OrderStatus: 3 })).status).toBe(200);
    expect(await store.balance('fickle')).toEqual(['1000', '0', '0']);
  });

  it('knows its customer by what it knows of them, and refuses two', async () => {
    await store.customer('ordered', 0);
    await store.customer('another', 0, { document: '111.444.777-35' });
    const of = (Customer: object) => store.order('', `W-${JSON.stringify(Customer)}`, null, { Customer });
    expect((await of({ OriginalId: 'ordered', Email: 'new@example.com' })).status).toBe(200);
    expect((await of({ Document: '11144477735' })).status).toBe(200);
    expect((await of({ OriginalId: 'ordered', Document: '11144477735' })).body.CodeName).toBe(
      'CustomerIdentifiersDisagree',
    );
    expect((await of({ OriginalId: 'new' })).body.CodeName).toBe('CustomerNotFound');
    expect((await of({})).body.CodeName).toBe('CustomerRequired');
  });
});

describe('Customer/{id}/points', () => {
  it('are added and removed once for each ChangeKey, and shown with their history', async () => {
    const email = await store.customer('points', 0);
    const change = (Points: number, OperationType: number, ChangeKey: string) =>
      store.post(`Customer/${encodeURIComponent(email)}/points`, { Points, OperationType, ChangeKey, Reason: 'Why' });
    expect((await change(300, 0, 'C-1')).body.Result).toMatchObject({ PointsBalance: 300, Points: { Points: 300 } });
    expect((await change(-50, 1, 'C-2')).body.Result).toMatchObject({ PointsBalance: 250 });
    for (const used of [await change(300, 0, 'C-1'), await change(5, 0, 'C-2')]) {
      expect([used.status, used.body.CodeName]).toEqual([400, 'ChangeKeyUsed']);
    }
    expect((await change(-251, 1, 'C-3')).body.CodeName).toBe('InsufficientPoints');
    for (const [points, type] of [
      [50, 1],
      [-50, 0],
      [0, 0],
      [1.5, 0],
      [5, 2],
    ] as const) {
      expect([points, type, (await change(points, type, 'C-4')).body.CodeName]).toEqual([
        points,
        type,
        'ValidationError',
      ]);
    }
    await store.redeem(reward, email, { Branch: { OriginalId: 'b-1', Name: 'Centro' } });
    const { status, body } = await store.call('GET', `Customer/${encodeURIComponent(email)}/points`);
    expect([status, body.Result]).toMatchObject([
      200,
      { CustomerExists: true, InternalId: 'points', PointsBalance: 150, CashbackBalance: 15, PointsToExpire: [] },
    ]);
    expect(body.Result).toMatchObject({
      PointHistory: [
        { Amount: 0, PointType: 2 },
        { Amount: -100, CashbackAmount: -10, PointType: 2, BranchId: 'b-1', BranchName: 'Centro' },
        { Amount: -50, PointType: 1, PointTypeDescription: 'Adjusted' },
        { Amount: 300, PointType: 1 },
      ],
    });
    const nobody = await store.call('GET', 'Customer/nobody/points');
    expect([nobody.status, nobody.body.Result]).toMatchObject([200, { CustomerExists: false, PointsBalance: 0 }]);
  });
});

describe('Checkout/redeem', () => {
  const apply = (customerId: string, CheckoutId: string, CashbackValue: number, more: object = {}) =>
    store.post('Checkout/redeem', { CustomerId: customerId, CheckoutId, CashbackValue, Total: 90, ...more });
  const remove = async (CustomerId: string, CheckoutId?: string) => {
    const { status, body } = await store.post('Checkout/redeem/remove', { CustomerId, CheckoutId, Total: 90 });
    return [status, body.Code, body.CodeName, body.Severity, body.HasError, body.HasWarning];
  };

  it('holds the points until the order that carries its code', async () => {
    const email = await store.customer('basket');
    const applied = await apply(email, 'K-1', 20.5, {
      Token: 't',
      Items: [{ ExternalProductId: '1', Value: 90, Quantity: 1 }],
    });
    expect([applied.status, applied.body.Result]).toMatchObject([
      200,
      { CheckoutId: 'K-1', CashbackValue: 20.5, RewardId: cashback, Point: { Quantity: 205 }, Coupon: null },
    ]);
    expect(await store.balance('basket')).toEqual(['795', '205', '0']);
    await store.order('basket', 'K-O-1', applied.body.Result.ExternalCode);
    expect(await store.balance('basket')).toEqual(['795', '0', '205']);
    expect(await remove(email, 'K-1')).toEqual([200, '04', 'CashbackNotApplied', 1, false, true]);
    await apply(email, 'K-2', 1);
    expect(await store.balance('basket')).toEqual(['785', '10', '205']);
  });

  it('gives back what was applied in another checkout, or in this one with another value', async () => {
    const email = await store.customer('wander', 300);
    const first = await apply(email, 'A', 25, { OriginalKey: 'wander-a' });
    expect((await apply(email, 'A', 20)).status).toBe(200);
    expect(await store.balance('wander')).toEqual(['100', '200', '0']);
    const second = await apply(email, 'B', 30, { OriginalKey: 'wander-b' });
    expect(await store.balance('wander')).toEqual(['0', '300', '0']);
    // Repeats that come late undo nothing that came after them.
    expect((await apply(email, 'A', 25, { OriginalKey: 'wander-a' })).body.Result).toEqual(first.body.Result);
    expect((await apply(email, 'B', 30, { OriginalKey: 'wander-b' })).body).toEqual(second.body);
    expect((await apply(email, 'B', 30)).body).toEqual(second.body);
    expect(await store.balance('wander')).toEqual(['0', '300', '0']);
  });

  it('leaves one hold where two checkouts apply at once', async () => {
    const email = await store.customer('twice', 1_000);
    await Promise.all(['X', 'Y', 'Z'].map((checkout) => apply(email, checkout, 10)));
    await until(async () => (await store.balance('twice'))[1] === '100');
    expect(await store.balance('twice')).toEqual(['900', '100', '0']);
  });

  it('is removed with the documented codes', async () => {
    const email = await store.customer('remove');
    expect(await remove('nobody', 'R')).toEqual([400, '01', 'CustomerNotFound', 2, true, false]);
    expect(await remove(email)).toEqual([400, '02', 'CheckoutIdRequired', 2, true, false]);
    expect(await remove(email, 'R')).toEqual([200, '03', 'CheckoutNotFound', 1, false, true]);
    await apply(email, 'R', 10);
    expect(await remove(email, 'R')).toEqual([200, '07', 'CashbackRemovedSuccessfully', 0, false, false]);
    expect(await remove(email, 'R')).toEqual([200, '04', 'CashbackNotApplied', 1, false, true]);
    expect(await store.balance('remove')).toEqual(['1000', '0', '0']);
    expect((await apply(email, 'R', 90.01)).body.CodeName).toBe('ValueExceedsPurchase');
    expect((await store.post('Checkout/redeem', { CustomerId: email, CashbackValue: 1 })).body.Code).toBe('02');
  });
});
