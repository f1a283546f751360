import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiRig, LOYALTY, type Tenant } from '../e2e/api/api-rig.js';
import { contractErrors } from './bitbybit-contract.js';

let rig: ApiRig;
let shop: Tenant;

beforeAll(async () => {
  rig = await ApiRig.open();
  await rig.startWorker();
  shop = await rig.tenant();
  await rig.earn(shop, 'c9', 1_000);
});
afterAll(() => rig.close());

describe('The redeem call › answers as the contract says', () => {
  it('settled: 200, the voucher in it, every field there', async () => {
    const answer = await rig.redeem(shop, 'c9', { idempotencyKey: 'chk-1', metadata: { cart: 'c1' } });
    expect(answer.status).toBe(200);
    expect(contractErrors('RedeemRewardResponse', answer.body.data)).toEqual([]);
    const { wallet, redemption, ledger, idempotencyKey } = answer.body.data;
    expect(redemption).toMatchObject({
      status: 'committed',
      engineStatus: 'committed',
      pointsReserved: '100',
      pointsCommitted: '100',
      voucherProvider: 'generated',
      customerId: 'c9',
      customer: { id: 'c9', companyId: shop.id, name: null, email: null, phoneNumber: null },
      metadata: { cart: 'c1' },
      failureReason: null,
      createdById: null,
    });
    expect(redemption.voucherCode).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{1,4})+$/);
    expect(wallet).toMatchObject({ availablePoints: '900', reservedPoints: '0', lifetimeBurnedPoints: '100' });
    expect(ledger).toMatchObject({
      entryType: 'commit',
      pointsDelta: '0',
      referenceType: 'redemption',
      referenceId: redemption.id,
    });
    expect([idempotencyKey, redemption.idempotencyKey, ledger?.idempotencyKey]).toEqual(['chk-1', 'chk-1', 'chk-1']);
  });

  it('under way: 202 with Location, the same shape, ledger null', async () => {
    const answer = await rig.redeem(shop, 'c9', {}, { prefer: 'respond-async' });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('preference-applied')).toBe('respond-async');
    expect(answer.headers.get('location')).toBe(`${LOYALTY}/redemptions/${answer.body.data.redemption.id}`);
    expect(contractErrors('RedeemRewardResponse', answer.body.data)).toEqual([]);
  });

  it('refused: 422, the redemption beside the error', async () => {
    const answer = await rig.redeem(shop, 'c9', { pointsCost: 5_000 });
    expect(answer.status).toBe(422);
    expect(answer.body.error).toMatchObject({ code: 'INSUFFICIENT_POINTS', status: 422, title: 'Insufficient points' });
    expect(contractErrors('RedemptionItem', answer.body.redemption)).toEqual([]);
    expect(answer.body.redemption).toMatchObject({
      status: 'failed',
      failureReason: 'insufficient_points',
      pointsReserved: '0',
    });
  });

  it('held until the order: 200, reserved, with its voucher', async () => {
    const answer = await rig.redeem(shop, 'c9', { delayPointsDeduction: true, reserveTtlSeconds: 60 });
    expect(answer.status).toBe(200);
    expect(contractErrors('RedeemRewardResponse', answer.body.data)).toEqual([]);
    expect(answer.body.data.redemption).toMatchObject({
      status: 'reserved',
      pointsReserved: '100',
      pointsCommitted: '0',
    });
    expect(answer.body.data.ledger).toMatchObject({ entryType: 'reserve', pointsDelta: '-100' });
  });

  it('entries and redemptions have the same shapes in lists', async () => {
    const history = await rig.history(shop, 'c9');
    const redemptions = await rig.redemptions(shop, 'c9');
    const wallet = await rig.wallet(shop, 'c9');
    expect(history.data.length).toBeGreaterThan(3);
    expect(history.data.flatMap((entry) => contractErrors('LedgerEntry', entry))).toEqual([]);
    expect(redemptions.data).toHaveLength(4);
    expect(redemptions.data.flatMap((item) => contractErrors('RedemptionItem', item))).toEqual([]);
    expect(contractErrors('LoyaltyWallet', wallet)).toEqual([]);
  });
});

describe('The validator', () => {
  it('refuses a missing field, a number for points and a null that is not allowed', async () => {
    const wallet = await rig.wallet(shop, 'c9');
    const { version: _, ...short } = wallet;
    expect(contractErrors('LoyaltyWallet', short)).not.toEqual([]);
    expect(contractErrors('LoyaltyWallet', { ...wallet, availablePoints: 5 })).not.toEqual([]);
    expect(contractErrors('LoyaltyWallet', { ...wallet, createdAt: null })).not.toEqual([]);
  });
});
