import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { hasValidCheckCharacter } from '#platform';
import type { Delivery } from './delivery.js';
import { SagaRig } from './saga-rig.js';

const RESERVED = ['RedemptionRequested', 'PointsReserved'];

/** What becomes of a redemption that needs nobody outside, whatever way it comes to the worker. */
export function localStories(start: (rig: SagaRig) => Promise<Delivery>): void {
  let rig: SagaRig;
  let delivery: Delivery;

  beforeAll(async () => {
    rig = await SagaRig.open();
    delivery = await start(rig);
  });
  afterAll(() => rig.stop());

  it('commits a redemption with a voucher of our own making', async () => {
    const walletId = await rig.wallet(100n);
    const key = await rig.redeem(walletId, 30n);
    const [redemption] = await delivery.until([key]);
    expect(redemption).toMatchObject({ status: 'committed', committed: 30n, commitBasis: 'immediate' });
    expect(await rig.story(key, walletId)).toEqual([...RESERVED, 'VoucherIssued', 'RedemptionCommitted']);
    const sealed = redemption?.voucher.code;
    const code = sealed && rig.codes.openCode({ ...key, sealed });
    expect(code).toMatch(/^HF-/);
    expect(hasValidCheckCharacter(code ?? '')).toBe(true);
    expect(await rig.auditedWallet(walletId)).toMatchObject({ available: 70n, reserved: 0n, lifetimeBurned: 30n });
  });

  it('fails a redemption that the wallet cannot pay for', async () => {
    const walletId = await rig.wallet(29n);
    const key = await rig.redeem(walletId, 30n);
    const [redemption] = await delivery.until([key]);
    expect(redemption).toMatchObject({ status: 'failed', failureReason: 'insufficient_points' });
    expect(await rig.auditedWallet(walletId)).toMatchObject({ available: 29n, reserved: 0n, lifetimeBurned: 0n });
  });

  it('fails a redemption whose time has passed before the worker came to it', async () => {
    const walletId = await rig.wallet(100n);
    const key = await rig.redeem(walletId, 30n, { requestTtlSeconds: 0n });
    const [redemption] = await delivery.until([key]);
    expect(redemption).toMatchObject({ status: 'failed', failureReason: 'request_expired' });
    expect(await rig.auditedWallet(walletId)).toMatchObject({ available: 100n, reserved: 0n });
  });

  it('commits for the code that the caller brought', async () => {
    const walletId = await rig.wallet(100n);
    const redemptionId = '0198f3a0-0000-7000-8000-0000000ca11e';
    const code = rig.codes.sealCode({ companyId: rig.companyId, redemptionId, code: 'WELCOME10' });
    const callerVoucher = { code, externalId: undefined, provider: undefined };
    const key = await rig.redeem(walletId, 30n, { redemptionId, provider: undefined, callerVoucher });
    const [redemption] = await delivery.until([key]);
    expect(redemption).toMatchObject({
      status: 'committed',
      voucher: { callers: true, code: { digest: code.digest } },
    });
    expect(await rig.story(key, walletId)).toEqual([...RESERVED, 'RedemptionCommitted']);
  });

  it('holds the points of a delayed deduction until it is committed', async () => {
    const walletId = await rig.wallet(100n);
    const key = await rig.redeem(walletId, 30n, { deduction: 'order' });
    const [held] = await delivery.until([key]);
    expect(held).toMatchObject({ status: 'reserved', voucher: { state: 'issued' } });
    expect(await rig.auditedWallet(walletId)).toMatchObject({ available: 70n, reserved: 30n });
    const { redemptionId } = key;
    const commit = { type: 'CommitRedemption', redemptionId, points: 20n, orderId: 'order-1', keyed: false } as const;
    await rig.api.run(rig.companyId, walletId, commit);
    const [committed] = await delivery.until([key], ({ status }) => status === 'committed');
    expect(committed).toMatchObject({ committed: 20n, commitBasis: 'explicit' });
    expect(await rig.auditedWallet(walletId)).toMatchObject({ available: 80n, reserved: 0n, lifetimeBurned: 20n });
  });

  it('voids the voucher of a hold that is released, and gives the points back', async () => {
    const walletId = await rig.wallet(100n);
    const key = await rig.redeem(walletId, 30n, { deduction: 'order' });
    await delivery.until([key]);
    await rig.api.run(rig.companyId, walletId, { type: 'ReleaseRedemption', redemptionId: key.redemptionId });
    const [released] = await delivery.until([key], ({ status }) => status === 'released');
    expect(released).toMatchObject({ releaseReason: 'cancelled', voucher: { state: 'voided' } });
    const end = ['ReleaseStarted', 'VoucherVoided', 'RedemptionReleased'];
    expect(await rig.story(key, walletId)).toEqual([...RESERVED, 'VoucherIssued', ...end]);
    expect(await rig.auditedWallet(walletId)).toMatchObject({ available: 100n, reserved: 0n, lifetimeBurned: 0n });
  });

  it('voids the voucher of a hold that expires, and gives the points back within two seconds', async () => {
    const walletId = await rig.wallet(100n);
    const key = await rig.redeem(walletId, 30n, { deduction: 'order', holdSeconds: 1n });
    const [held] = await delivery.until([key]);
    expect(held?.status).toBe('reserved');
    const [expired] = await delivery.until([key], ({ status }) => status === 'expired');
    expect(expired).toMatchObject({ releaseReason: 'expired', voucher: { state: 'voided' } });
    const lateMs = ((expired?.releasedAt ?? 0) - (expired?.reserveExpiresAt ?? 0)) / 1_000;
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(lateMs).toBeLessThan(2_000);
    expect(await rig.auditedWallet(walletId)).toMatchObject({ available: 100n, reserved: 0n });
  });

  it('voids an unused voucher before its points are reversed', async () => {
    const walletId = await rig.wallet(100n);
    const key = await rig.redeem(walletId, 30n);
    await delivery.until([key]);
    const { redemptionId } = key;
    await rig.api.run(rig.companyId, walletId, { type: 'ReverseRedemption', redemptionId, points: undefined });
    const [reversed] = await delivery.until([key], ({ status }) => status === 'reversed');
    expect(reversed).toMatchObject({ reversed: 30n, voucher: { state: 'voided' } });
    const story = await rig.story(key, walletId);
    expect(story.slice(-3)).toEqual(['ReversalStarted', 'VoucherVoided', 'RedemptionReversed']);
    expect(await rig.auditedWallet(walletId)).toMatchObject({ available: 100n, lifetimeBurned: 0n });
  });

  it('pays as many redemptions of one wallet as it has points for', async () => {
    const walletId = await rig.wallet(500n);
    const keys = await Promise.all(Array.from({ length: 200 }, () => rig.redeem(walletId, 10n)));
    const redemptions = await delivery.until(keys);
    expect(redemptions.filter(({ status }) => status === 'committed')).toHaveLength(50);
    expect(redemptions.filter(({ failureReason }) => failureReason === 'insufficient_points')).toHaveLength(150);
    expect(await rig.auditedWallet(walletId)).toMatchObject({ available: 0n, reserved: 0n, lifetimeBurned: 500n });
  });

  it('owes nothing afterwards, and adds nothing when everything comes once more', async () => {
    expect(await rig.openWork()).toBe(0);
    const { rows } = await rig.api.pool.query<{ id: string }>('SELECT id FROM redemption ORDER BY id');
    const keys = rows.map(({ id }) => ({ companyId: rig.companyId, redemptionId: id }));
    const before = await countEvents(rig);
    await delivery.until(keys, () => true);
    await rig.idleWorker().worker.processor.perform(keys.map((key) => ({ ...key, tries: 2 })));
    expect(await countEvents(rig)).toBe(before);
    expect(keys.length).toBeGreaterThan(200);
  });
}

async function countEvents(rig: SagaRig): Promise<number> {
  const { rows } = await rig.api.pool.query<{ events: number }>('SELECT count(*)::int AS events FROM event');
  return rows[0]?.events ?? 0;
}
