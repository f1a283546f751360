import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isGivenBack } from '#domain';
import { FaultRig } from './rig/fault-rig.js';
import { Scene } from './rig/scene.js';

describe('A voucher', () => {
  let rig: FaultRig;

  beforeAll(async () => {
    rig = await FaultRig.open({
      shop: {},
      final: { traits: { canCancel: false }, config: { canCancel: false } },
    });
    rig.startPump();
  });
  afterAll(() => rig.stop());

  it('that comes when the points have gone back is an orphan, and is voided', async () => {
    const { scene, frozen } = await releasedByAPerson();
    frozen.thaw();
    const voided = await scene.until(({ voucher }) => voucher.code !== undefined && voucher.state === 'voided');
    expect(voided).toMatchObject({ status: 'released', flags: [] });
    expect(scene.truth?.vouchers).toMatchObject([{ state: 'cancelled' }]);
    expect((await scene.story()).slice(-3)).toEqual(['RedemptionReleased', 'VoucherIssued', 'VoucherVoided']);
    expect(await scene.findings()).toEqual([]);
  });

  it('that comes when the points have gone back, and was used, is brought to a person', async () => {
    const { scene, frozen } = await releasedByAPerson();
    expect(await scene.use()).toBe('used');
    frozen.thaw();
    const flagged = await scene.until(({ flags }) => flags.length > 0);
    expect(flagged).toMatchObject({ status: 'released', flags: ['orphan_used'] });
    expect(await scene.findings()).toEqual([]);
  });

  it('that is used while its hold is being released is paid for', async () => {
    const scene = new Scene(rig, 'shop').plan({ call: 'cancel', mode: 'unavailable' });
    await scene.redeem({ deduction: 'order' });
    await scene.issued();
    expect(await scene.use()).toBe('used');
    await scene.release();
    const kept = await scene.ended();
    expect(kept).toMatchObject({ status: 'committed', commitBasis: 'provider_used', voucher: { state: 'used' } });
    expect(await scene.findings()).toEqual([]);
  });

  it('that is reversed unused is voided before the points come back', async () => {
    const scene = new Scene(rig, 'shop');
    await scene.redeem();
    await scene.ended();
    await scene.say({ type: 'ReverseRedemption', points: undefined });
    expect(await scene.until(isGivenBack)).toMatchObject({ status: 'reversed', voucher: { state: 'voided' } });
    const story = await scene.story();
    expect(story.slice(-3)).toEqual(['ReversalStarted', 'VoucherVoided', 'RedemptionReversed']);
    expect(scene.truth?.vouchers).toMatchObject([{ state: 'cancelled' }]);
    expect(await scene.findings()).toEqual([]);
  });

  it('that is used before its reversal gets to the provider stays paid for', async () => {
    const scene = new Scene(rig, 'shop');
    await scene.redeem();
    await scene.ended();
    expect(await scene.use()).toBe('used');
    await scene.say({ type: 'ReverseRedemption', points: undefined });
    await scene.until(({ voucher }) => voucher.state === 'used');
    expect(await scene.ended()).toMatchObject({ status: 'committed', reversed: 0n });
    expect(await scene.findings()).toEqual([]);
  });

  it('that could not be taken back is refused for delayed deduction', async () => {
    const scene = new Scene(rig, 'final');
    await expect(scene.redeem({ deduction: 'order' })).rejects.toMatchObject({ code: 'PROVIDER_CANNOT_VOID' });
    expect(scene.calls).toEqual([]);
  });

  /**
   * A worker freezes with the voucher in its hand. The provider doesn't answer cancellations, a person is told, believes that there is no
   * voucher, and gives the points back.
   */
  async function releasedByAPerson() {
    const scene = new Scene(rig, 'shop', { at: 'before_record', how: 'freeze' }).plan({
      call: 'cancel',
      mode: 'unavailable',
      times: 12,
    });
    await scene.redeem({ deduction: 'order' });
    const frozen = scene.deliverer.worker;
    await frozen.struck;
    scene.deliverer.replaceWorker();
    await scene.release();
    await scene.until(({ flags }) => flags.includes('cancel_unknown'));
    await scene.until(({ calls }) => !calls.open || (calls.deadline ?? 0) < Date.now() * 1_000);
    await scene.say({ type: 'ResolveFlags', outcome: 'not_issued', voucher: undefined });
    expect(await scene.rig.redemption(scene.key)).toMatchObject({ status: 'released' });
    scene.shop.forgetPlans();
    return { scene, frozen };
  }
});
