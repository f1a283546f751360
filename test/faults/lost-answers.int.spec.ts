import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FaultRig } from './rig/fault-rig.js';
import { Scene } from './rig/scene.js';

describe('When an answer is lost', () => {
  let rig: FaultRig;

  beforeAll(async () => {
    rig = await FaultRig.open({ shop: {} });
    rig.startPump();
  });
  afterAll(() => rig.stop());

  it('the voucher is found by its key, and asked for once', async () => {
    const scene = new Scene(rig, 'shop').plan({ call: 'issue', mode: 'drop' });
    await scene.redeem();
    expect(await scene.ended()).toMatchObject({ status: 'committed', voucher: { state: 'issued' } });
    expect(scene.calls.filter((call) => call === 'issue')).toHaveLength(1);
    expect(scene.calls).toContain('find');
    expect(await scene.findings()).toEqual([]);
  });

  it('a refusal of the repeat is not believed: the first request may still arrive', async () => {
    const scene = new Scene(rig, 'shop')
      .plan({ call: 'issue', mode: 'late', delayMs: 600_000 })
      .plan({ call: 'issue', mode: 'declined' });
    await scene.redeem();
    const isRefused = () => scene.calls.filter((call) => call === 'issue').length >= 2;
    await scene.until(({ calls, status }) => status !== 'reserved' || (isRefused() && !calls.open));
    await scene.shop.lateNow();
    expect(await scene.ended()).toMatchObject({ status: 'committed' });
    expect(await scene.story()).not.toContain('VoucherDeclined');
    expect(await scene.findings()).toEqual([]);
  });

  it('and find says 404 before the first request arrives, both requests come to one voucher', async () => {
    const scene = new Scene(rig, 'shop').plan({ call: 'issue', mode: 'late', delayMs: 600_000 });
    await scene.redeem();
    expect(await scene.ended()).toMatchObject({ status: 'committed' });
    await scene.shop.lateNow();
    expect(scene.truth?.vouchers).toHaveLength(1);
    expect(await scene.findings()).toEqual([]);
  });

  it('and it is released before the provider ever saw it, a tombstone keeps the late request from making a voucher', async () => {
    const scene = new Scene(rig, 'shop')
      .plan({ call: 'issue', mode: 'late', delayMs: 600_000 })
      .plan({ call: 'find', mode: 'unavailable', times: 50 });
    await scene.redeem();
    await scene.until(({ calls }) => calls.attempts > 0);
    await scene.until(() => scene.calls.includes('issue'));
    await scene.release();
    expect(await scene.ended()).toMatchObject({ status: 'released', voucher: { state: 'voided' } });
    await scene.shop.lateNow();
    expect(scene.truth).toMatchObject({ tombstoned: true, vouchers: [] });
    expect((await scene.story()).slice(-2)).toEqual(['VoucherVoided', 'RedemptionReleased']);
    expect(await scene.findings()).toEqual([]);
  });

  it('because the worker died between the cancellation and its record, the next one cancels again and records it', async () => {
    const scene = new Scene(rig, 'shop', { at: 'after_cancel', how: 'crash' });
    await scene.redeem({ deduction: 'order' });
    await scene.issued();
    const dies = scene.deliverer.worker;
    await scene.release();
    expect(await scene.ended()).toMatchObject({ status: 'released', voucher: { state: 'voided' } });
    expect(dies.state).toBe('crashed');
    expect(scene.calls.filter((call) => call === 'cancel').length).toBeGreaterThanOrEqual(2);
    expect((await scene.story()).filter((type) => type === 'RedemptionReleased')).toHaveLength(1);
    expect(await scene.findings()).toEqual([]);
  });
});
