import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findingsIn } from '../../support/ledger/stored-ledger.js';
import { ApiRig } from './api-rig.js';
import { BonifiqStore, ENVELOPE } from './bonifiq-rig.js';

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

describe('POST POS/rewards/{id}/redeem', () => {
  it('deducts at once and answers the envelope, with a code and without a coupon', async () => {
    const email = await store.customer('now');
    const Metadatas = [
      { Name: 'till', Value: '3' },
      { Name: 'note', Value: '' },
    ];
    const { status, body } = await store.redeem(reward, email, { OriginalKey: 'now-1', Metadatas, Nothing: 'known' });
    expect([status, Object.keys(body).sort()]).toEqual([200, ENVELOPE]);
    expect(body).toMatchObject({
      HasError: false,
      ErrorCode: null,
      ErrorMessage: null,
      Severity: 0,
      HasWarning: false,
    });
    expect(body.Result).toEqual({
      RewardId: reward,
      Point: { PointId: expect.any(Number), Quantity: 100, Metadatas },
      ExternalCode: expect.stringMatching(/^.{10,}$/),
      OriginalKey: 'now-1',
      Coupon: null,
    });
    expect(await store.balance('now')).toEqual(['900', '0', '100']);
  });

  it('is repeated under its OriginalKey, and refuses another redemption under it', async () => {
    const email = await store.customer('again');
    const first = await store.redeem(reward, email, { OriginalKey: 'again-1', RedeemOrigin: 5 });
    const again = await store.redeem(reward, email, { OriginalKey: 'again-1', RedeemOrigin: 5 });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    for (const more of [{ RedeemOrigin: 4 }, { RedeemOrigin: 5, ForceGenerateCoupon: true }]) {
      const other = await store.redeem(reward, email, { OriginalKey: 'again-1', ...more });
      expect([other.status, other.body.CodeName]).toEqual([400, 'IdempotencyKeyReused']);
    }
    expect(await store.balance('again')).toEqual(['900', '0', '100']);
  });

  it('is repeated under its OriginalKey whatever has become of the reward', async () => {
    const email = await store.customer('changed');
    const own = await store.cashback();
    const first = await store.redeem(own, email, { OriginalKey: 'changed-1', Value: 10 });
    for (const [change, CodeName] of [
      [{ kind: 'cashback', costToRedeem: undefined, pointsPerUnit: '10000000000' }, 'NumberOutOfRange'],
      [{}, 'ValueNotAccepted'],
    ] as const) {
      await store.replace(own, change);
      const again = await store.redeem(own, email, { OriginalKey: 'changed-1', Value: 10 });
      expect([CodeName, again.status, again.body]).toEqual([CodeName, 200, first.body]);
      const other = await store.redeem(own, email, { OriginalKey: 'changed-1', Value: 11 });
      expect(other.body.CodeName).toBe('IdempotencyKeyReused');
      for (const key of [{}, { OriginalKey: 'changed-2' }]) {
        expect((await store.redeem(own, email, { ...key, Value: 10 })).body.CodeName).toBe(CodeName);
      }
    }
    expect(await store.balance('changed')).toEqual(['900', '0', '100']);
  });

  it('without an OriginalKey answers one that works as such', async () => {
    const email = await store.customer('keyless');
    const first = await store.redeem(reward, email);
    const again = await store.redeem(reward, email, { OriginalKey: first.body.Result.OriginalKey });
    expect(again.body).toEqual(first.body);
    expect(await store.balance('keyless')).toEqual(['900', '0', '100']);
  });

  it('of cashback takes Value or Points, to the point', async () => {
    const email = await store.customer('cash');
    expect((await store.redeem(cashback, email, { Value: 10.05 })).body.Result.Point.Quantity).toBe(101);
    expect((await store.redeem(cashback, email, { Value: '1.5' })).body.Result.Point.Quantity).toBe(15);
    expect((await store.redeem(cashback, email, { Points: 4, Value: null })).body.Result.Point.Quantity).toBe(4);
    expect(await store.balance('cash')).toEqual(['880', '0', '120']);
  });

  it('refuses Value and Points together, none of them for cashback, and either of another reward', async () => {
    const email = await store.customer('both');
    const refusals = [
      await store.redeem(cashback, email, { Value: 1, Points: 10 }),
      await store.redeem(reward, email, { Value: 10 }),
      await store.redeem(reward, email, { Points: 100 }),
      await store.redeem(cashback, email),
    ];
    expect(refusals.map(({ status, body }) => [status, body.HasError, body.CodeName])).toEqual([
      ...Array.from({ length: 3 }, () => [400, true, 'ValueNotAccepted']),
      [400, true, 'PointsRequired'],
    ]);
    expect(await store.balance('both')).toEqual(['1000', '0', '0']);
  });

  it('with ForceGenerateCoupon hands out a coupon of the reward’s own provider', async () => {
    const email = await store.customer('coupon');
    const path = `/companies/${store.tenant.id}/voucher-providers/shop`;
    await rig.admin('PUT', path, { kind: 'pool', config: {} });
    await rig.admin('POST', `${path}/codes`, { codes: ['SHOP-ONE'] });
    const own = await store.reward({ voucherProvider: 'shop', discountType: 'percentage', discountValue: '12.5' });
    const forced = await store.redeem(own, email, { ForceGenerateCoupon: true, OriginalKey: 'forced' });
    expect(forced.body.Result).toMatchObject({
      ExternalCode: 'SHOP-ONE',
      Coupon: { CouponCode: 'SHOP-ONE', CouponType: 1, CouponValue: 12.5 },
    });
    const repeated = await store.redeem(own, email, { ForceGenerateCoupon: true, OriginalKey: 'forced' });
    expect(repeated.body).toEqual(forced.body);
    const plain = (await store.redeem(own, email, { ForceGenerateCoupon: false })).body.Result;
    expect([plain.Coupon, plain.ExternalCode === 'SHOP-ONE']).toEqual([null, false]);
  });

  it('knows the customer by e-mail, by document however it is written, and by the store’s own id', async () => {
    await store.customer('many', 1_000, { document: '529.982.247-25' });
    await store.customer('firm', 1_000, { document: '12ABC34501DE35' });
    for (const id of ['MANY@example.com', '52998224725', '529.982.247-25', 'many', '12.abc.345/01de-35']) {
      expect([id, (await store.redeem(reward, id)).status]).toEqual([id, 200]);
    }
    expect((await store.redeem(reward, '529.982.247-24')).body.CodeName).toBe('DocumentInvalid');
    expect((await store.redeem(reward, '52998224724')).body.CodeName).toBe('CustomerNotFound');
    expect(await store.balance('many')).toEqual(['600', '0', '400']);
    expect(await store.balance('firm')).toEqual(['900', '0', '100']);
  });

  it('says why a reward can’t be had', async () => {
    const email = await store.customer('poor', 50);
    const { status, body } = await store.redeem(reward, email, { OriginalKey: 'poor-1' });
    expect([status, Object.keys(body).sort()]).toEqual([400, ENVELOPE]);
    expect(body).toMatchObject({ HasError: true, ErrorCode: 1206, CodeName: 'InsufficientPoints', Severity: 2 });
    expect((await store.redeem(reward, email, { OriginalKey: 'poor-1' })).body).toEqual(body);
    expect((await store.redeem(reward, 'nobody')).body).toMatchObject({ Code: '01', CodeName: 'CustomerNotFound' });
    expect((await store.redeem(999, email)).body.CodeName).toBe('UnknownRewardOption');
  });
});

describe('POST POS/rewards/available', () => {
  it('says what can be used for a purchase, and of all else why not', async () => {
    const email = await store.customer('look', 250);
    const big = await store.reward({ rewardName: 'For big carts', minimumPurchaseAmount: '80' });
    const dear = await store.reward({ rewardName: 'Dear', costToRedeem: 300 });
    const { status, body } = await store.post('POS/rewards/available', {
      CustomerId: email,
      PurchaseValue: 90.5,
      DiscountValue: 70.25,
      Products: [{ OriginalId: 'p-1', Title: 'Shoe', IsActive: true, ProductPrice: 90.5, ProductBrand: {} }],
    });
    expect(status).toBe(200);
    expect(body.Result).toMatchObject({
      Customer: { OriginalId: 'look', Email: email, IsEnrolled: true, CurrentTier: null },
      HasRewards: true,
      AvailablePoints: 250,
      CashbackEnabled: true,
      AvailableCashback: 25,
      MaxCashbackForCurrentPurchase: 20.25,
      EligibleValue: 20.25,
      HasRestrictedItems: false,
    });
    const of = (id: number) => body.Result.Rewards.find(({ Id }) => Id === id);
    expect(of(reward)).toMatchObject({ CanUse: true, Points: 100, Value: 10, RewardType: 0, Requirements: null });
    expect(of(cashback)).toMatchObject({
      CanUse: true,
      IsCashback: true,
      CanSelectValue: true,
      RewardType: 3,
      Value: 25,
    });
    expect(of(big)).toMatchObject({ CanUse: false, Requirements: 'The purchase is too small for this reward.' });
    expect(of(dear)).toMatchObject({ CanUse: false, Requirements: 'The customer does not have enough points.' });
  });
});

describe('DELETE POS/rewards', () => {
  it('gives a redemption back by its number and by its OriginalKey, and answers the same the second time', async () => {
    const email = await store.customer('undo');
    const first = (await store.redeem(reward, email, { OriginalKey: 'undo-1', Metadatas: [] })).body.Result;
    await store.redeem(reward, email, { OriginalKey: 'undo-2' });
    await store.redeem(reward, email, { OriginalKey: 'undo-3' });
    const byId = await store.call('DELETE', `POS/rewards/${first.Point.PointId}`);
    expect([byId.status, byId.body.Result]).toEqual([
      200,
      {
        Id: first.Point.PointId,
        Customer: expect.objectContaining({ OriginalId: 'undo', Email: email }),
        ExternalCode: first.ExternalCode,
        CashValue: 10,
        IsCanceled: true,
        RedeemDate: expect.any(String),
        Points: { Id: first.Point.PointId, Points: 100, Type: 2, EventKey: 'undo-1' },
      },
    ]);
    expect((await store.call('DELETE', `POS/rewards/${first.Point.PointId}`)).body).toEqual(byId.body);
    expect((await store.call('DELETE', 'POS/rewards?OriginalKey=undo-1')).body).toEqual(byId.body);
    expect((await store.call('DELETE', 'POS/rewards?OriginalKey=undo-2')).status).toBe(200);
    expect((await store.call('DELETE', 'POS/rewards', { OriginalKey: 'undo-3' })).status).toBe(200);
    expect(await store.balance('undo')).toEqual(['1000', '0', '0']);
    for (const path of ['POS/rewards/2147483647', 'POS/rewards/99999999999', 'POS/rewards?OriginalKey=none']) {
      expect([path, (await store.call('DELETE', path)).body.CodeName]).toEqual([path, 'NotFound']);
    }
    expect((await store.call('DELETE', 'POS/rewards')).body.CodeName).toBe('IdempotencyKeyRequired');
    const differing = await store.call('DELETE', 'POS/rewards?OriginalKey=undo-1', { OriginalKey: 'undo-2' });
    expect([differing.status, differing.body.CodeName]).toEqual([400, 'ValidationError']);
  });
});

describe('GET POS/rewards', () => {
  it('finds redemptions of a customer or a reward by what was said with them', async () => {
    const email = await store.customer('listed');
    const own = await store.reward();
    const Branch = { OriginalId: 'b-7', Name: 'Centro' };
    await store.redeem(own, email, { OriginalKey: 'l-1', RedeemOrigin: 5, Branch, SalesPerson: { OriginalId: 's-1' } });
    await store.redeem(own, email, { OriginalKey: 'l-2', RedeemOrigin: 0, Branch: { OriginalId: 'b-8' } });
    await store.redeem(reward, email, { OriginalKey: 'l-3', RedeemOrigin: 5, Branch });
    const keys = async (query: string) => {
      const { status, body } = await store.call('GET', `POS/rewards?${query}`);
      return [status, body.Result.Items.map(({ OriginalKey }) => OriginalKey)];
    };
    expect(await keys(`CustomerId=${email}`)).toEqual([200, ['l-3', 'l-2', 'l-1']]);
    expect(await keys(`CustomerId=${email}&BranchId=b-7`)).toEqual([200, ['l-3', 'l-1']]);
    expect(await keys(`RewardId=${own}&RedeemOrigin=5`)).toEqual([200, ['l-1']]);
    expect(await keys(`CustomerId=listed&SalesPersonId=s-1&BranchId=b-7`)).toEqual([200, ['l-1']]);
    expect(await keys(`CustomerId=listed&SalesPersonId=s-2`)).toEqual([200, []]);
    const { Items, NextBefore } = (await store.call('GET', 'POS/rewards?CustomerId=listed&Limit=2')).body.Result;
    expect(Items[0]).toMatchObject({
      RewardId: reward,
      CustomerId: 'listed',
      RedeemOrigin: 5,
      Branch,
      SalesPerson: null,
    });
    expect(await keys(`CustomerId=listed&Before=${NextBefore}`)).toEqual([200, ['l-1']]);
    for (const query of ['', `CustomerId=${email}&RewardId=1`, 'RewardId=1&Limit=0', 'RewardId=1&RedeemOrigin=9']) {
      expect([query, (await store.call('GET', `POS/rewards?${query}`)).status]).toEqual([query, 400]);
    }
  });
});
