import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FaultRig } from './rig/fault-rig.js';
import { Scene } from './rig/scene.js';

describe('A worker that froze before its call went out, and wakes up when the redemption is over', () => {
  let rig: FaultRig;

  beforeAll(async () => {
    rig = await FaultRig.open({ shop: {}, final: { traits: { canCancel: false }, config: { canCancel: false } } });
    rig.startPump();
  });
  afterAll(() => rig.stop());

  it('sends nothing where another worker has released it', async () => {
    const scene = new Scene(rig, 'shop', { at: 'before_issue', how: 'freeze' });
    await scene.redeem({ callSeconds: 1n, holdSeconds: 1n });
    const frozen = scene.deliverer.worker;
    await frozen.struck;
    scene.plan({ call: 'issue', mode: 'unavailable', times: 20 });
    scene.deliverer.replaceWorker();
    await scene.ended();
    const calls = scene.calls.length;
    frozen.thaw();
    await sleep(300);
    expect(scene.calls).toHaveLength(calls);
    expect(scene.truth?.vouchers ?? []).toEqual([]);
    expect(await scene.findings()).toEqual([]);
  });

  it('sends nothing where a person has given the points back, and nothing could take a voucher back', async () => {
    const scene = new Scene(rig, 'final', { at: 'before_issue', how: 'freeze' });
    await scene.redeem({ callSeconds: 1n, holdSeconds: 1n });
    const frozen = scene.deliverer.worker;
    await frozen.struck;
    scene.plan({ call: 'issue', mode: 'unavailable', times: 50 });
    scene.deliverer.replaceWorker();
    await scene.until(({ flags }) => flags.includes('provider_cannot_void'));
    await scene.say({ type: 'ResolveFlags', outcome: 'not_issued', voucher: undefined });
    scene.shop.forgetPlans();
    frozen.thaw();
    await sleep(500);
    expect(scene.truth?.vouchers ?? []).toEqual([]);
    expect(await scene.rig.redemption(scene.key)).toMatchObject({ status: 'released' });
    expect(await scene.findings()).toEqual([]);
  });
});
