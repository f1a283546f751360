import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BoundProvider, Redemption } from '#domain';
import type { RedemptionKey } from '#ledger';
import { uuidV7 } from '#platform';
import { deliveries, directDelivery, type Delivery } from './delivery.js';
import { InMemoryProvider, kindOf, type IssueMode, type Stage } from './in-memory-provider.js';
import { SagaRig } from './saga-rig.js';

const TIMEOUT_MS = 3_000;
const CALLED = ['RedemptionRequested', 'PointsReserved', 'VoucherCallStarted'];

/** Pauses are short here, and flags are raised quickly. */
const setup = { tuning: { firstPauseMs: 20, flagTries: 3, flagAfterMs: 100 } };

interface Scene {
  readonly rig: SagaRig;
  readonly shop: InMemoryProvider;
  readonly delivery: Delivery;
  readonly walletId: string;
}

describe.each(deliveries)('A voucher from outside, delivered $name', ({ deliver }) => {
  const stage: Stage = { provider: new InMemoryProvider(), timeoutMs: TIMEOUT_MS };
  let rig: SagaRig;
  let delivery: Delivery;

  beforeAll(async () => {
    rig = await SagaRig.open(kindOf(stage));
    delivery = directDelivery(rig, deliver, setup);
  });
  afterAll(() => rig.stop());

  async function open(issueModes: readonly IssueMode[] = [], timeoutMs = TIMEOUT_MS): Promise<Scene> {
    const shop = new InMemoryProvider();
    shop.issueModes.push(...issueModes);
    Object.assign(stage, { provider: shop, timeoutMs });
    return { rig, shop, delivery, walletId: await rig.wallet(100n) };
  }

  it('is called for once, and told what it is for', async () => {
    const scene = await open();
    const customerEmail = 'ann@example.com';
    await scene.rig.api.pool.query('UPDATE customer SET email = $1 WHERE wallet_id = $2', [
      customerEmail,
      scene.walletId,
    ]);
    const [redemption, key] = await redeem(scene);
    expect(await scene.rig.story(key, scene.walletId)).toEqual([...CALLED, 'VoucherIssued', 'RedemptionCommitted']);
    expect(scene.shop.requests).toHaveLength(1);
    const asked = { providerKey: key.redemptionId, points: 30n, currency: 'EUR', customerEmail };
    expect(scene.shop.requests[0]).toMatchObject(asked);
    await expectTrue(scene, redemption);
  });

  it('is found by its key when the answer was lost', async () => {
    const scene = await open(['issued_then_lost']);
    const [redemption, key] = await redeem(scene);
    const found = ['VoucherCallEnded', 'VoucherIssued', 'RedemptionCommitted'];
    expect(await scene.rig.story(key, scene.walletId)).toEqual([...CALLED, ...found]);
    expect(scene.shop.requests).toHaveLength(1);
    await expectTrue(scene, redemption);
  });

  it('is found by its key when the provider fell silent', async () => {
    const scene = await open(['issued_then_hangs'], 300);
    const [redemption] = await redeem(scene);
    expect(redemption).toMatchObject({ status: 'committed', calls: { attempts: 1, everUnknown: true } });
    await expectTrue(scene, redemption);
  });

  it('is called for again with the same key when the request was lost', async () => {
    const scene = await open(['request_lost']);
    const [redemption] = await redeem(scene);
    expect(redemption).toMatchObject({ status: 'committed', calls: { attempts: 2 } });
    expect(scene.shop.finds).toBeGreaterThanOrEqual(1);
    await expectTrue(scene, redemption);
  });

  it('is called for again without asking when nothing was sent', async () => {
    const scene = await open(['not_sent']);
    const [redemption] = await redeem(scene);
    expect(redemption).toMatchObject({ status: 'committed', calls: { attempts: 2, everUnknown: false } });
    expect(scene.shop.finds).toBe(0);
    await expectTrue(scene, redemption);
  });

  it('that can’t be kept is unknown, and found', async () => {
    const scene = await open(['garbage']);
    const [redemption] = await redeem(scene);
    expect(redemption).toMatchObject({ status: 'committed', calls: { everUnknown: true } });
    await expectTrue(scene, redemption);
  });

  it('that is declined gives the points back', async () => {
    const scene = await open(['declines']);
    const [redemption] = await redeem(scene);
    expect(redemption).toMatchObject({ status: 'released', releaseReason: 'declined' });
    await expectTrue(scene, redemption);
  });

  it('that is declined after an unknown is not believed', async () => {
    const scene = await open(['request_lost', 'declines']);
    const [redemption] = await redeem(scene);
    expect(redemption).toMatchObject({ status: 'committed', calls: { attempts: 3 } });
    await expectTrue(scene, redemption);
  });

  it('is voided at its provider before the points of a released hold go back', async () => {
    const scene = await open();
    const [held, key] = await redeem(scene, { deduction: 'order' });
    expect(held.status).toBe('reserved');
    scene.shop.cancelModes.push('lost');
    await release(scene, key);
    const [released] = await scene.delivery.until([key], ({ status }) => status === 'released');
    const story = await scene.rig.story(key, scene.walletId);
    expect(story.slice(-3)).toEqual(['ReleaseStarted', 'VoucherVoided', 'RedemptionReleased']);
    await expectTrue(scene, released);
  });

  it('that was used while its hold was being released is paid for', async () => {
    const scene = await open();
    const [, key] = await redeem(scene, { deduction: 'order' });
    scene.shop.use(key.redemptionId);
    await release(scene, key);
    const [kept] = await scene.delivery.until([key], ({ status }) => status === 'committed');
    expect(kept).toMatchObject({ commitBasis: 'provider_used', voucher: { state: 'used' } });
    await expectTrue(scene, kept);
  });

  it('whose cancellation stays unanswered is brought to a person, and asked for all the same', async () => {
    const scene = await open();
    const [, key] = await redeem(scene, { deduction: 'order' });
    scene.shop.cancelModes.push(...Array<'lost'>(200).fill('lost'));
    await release(scene, key);
    const [flagged] = await scene.delivery.until([key], ({ flags }) => flags.length > 0);
    expect(flagged).toMatchObject({ status: 'releasing', flags: ['cancel_unknown'], held: 30n });
    scene.shop.cancelModes.length = 0;
    const [released] = await scene.delivery.until([key], ({ status }) => status === 'released');
    expect(released?.flags).toEqual([]);
    await expectTrue(scene, released);
  });

  it('from a provider that is down ends with the points back, unflagged, without a cancellation', async () => {
    const scene = await open(Array<IssueMode>(100).fill('not_sent'));
    const [redemption] = await redeem(scene, { callSeconds: 1n, holdSeconds: 2n });
    expect(redemption).toMatchObject({ status: 'expired', flags: [] });
    // A machine too busy to note a refusal before its call's deadline can't know that nothing was sent: then asking is right.
    const { open: isOpen, everUnknown } = redemption.calls;
    expect(scene.shop.cancelled.length > 0).toBe(isOpen || everUnknown);
    await expectTrue(scene, redemption);
  });

  it('is not called for by a worker that comes to it too late', async () => {
    const scene = await open([], 0);
    const [redemption] = await redeem(scene, { callSeconds: 1n, holdSeconds: 2n });
    expect(redemption.status).toBe('expired');
    expect(scene.shop.calls).toBe(0);
    await expectTrue(scene, redemption);
  });
});

describe('A cancellation that is not answered', () => {
  const shop = new InMemoryProvider();
  let rig: SagaRig;
  let walletId: string;

  beforeAll(async () => {
    rig = await SagaRig.open(kindOf({ provider: shop, timeoutMs: TIMEOUT_MS }));
    walletId = await rig.wallet(1_000n);
    shop.cancelModes.push(...Array<'lost'>(50).fill('lost'));
  });
  afterAll(() => rig.stop());

  it('is asked for again soon, and is nobody’s trouble yet, however long it stood in its provider’s queue', async () => {
    const { processor } = rig.idleWorker({ tuning: { flagAfterMs: 0 } }).worker;
    const key = await rig.redeem(walletId, 1n, shopRequest({ deduction: 'order' }));
    await processor.perform([{ ...key, tries: 1 }]);
    await rig.api.run(rig.companyId, walletId, { type: 'ReleaseRedemption', redemptionId: key.redemptionId });
    // Its job stands in the queue while lease after lease runs out.
    const [handed] = await rig.api.sagaWork.claimDue({ limit: 1, leaseMs: 0 });
    for (let lease = 1; lease <= 20; lease += 1) await rig.api.sagaWork.claimDue({ limit: 1, leaseMs: 0 });
    for (let look = 1, due = handed; look <= 3; look += 1) {
      expect(due).toMatchObject({ ...key, tries: look });
      await rig.api.sagaWork.claimDue({ limit: 1, leaseMs: 30_000 });
      await processor.perform([due!]);
      expect(await rig.dueWithin(5_000)).toBe(1);
      await rig.api.pool.query('UPDATE saga_work SET due_at = clock_timestamp()');
      [due] = await rig.api.sagaWork.claimDue({ limit: 1, leaseMs: 0 });
    }
    expect((await rig.redemption(key)).flags).toEqual([]);
    await rig.api.pool.query('DELETE FROM saga_work');
  });

  it('is asked for again soon after the calls before it, however many came to nothing', async () => {
    const { processor } = rig.idleWorker().worker;
    shop.issueModes.push('request_lost');
    const key = await rig.redeem(walletId, 1n, shopRequest({ callSeconds: 1n, holdSeconds: 1n }));
    await processor.perform([{ ...key, tries: 1 }]);
    await rig.until([key], ({ calls }) => !calls.open && calls.everUnknown);
    await sleep(1_200);
    await rig.api.pool.query(`UPDATE saga_work SET due_at = clock_timestamp() + interval '30 seconds', tries = 150`);
    await processor.perform([{ ...key, tries: 150 }]);
    expect((await rig.redemption(key)).status).toBe('releasing');
    expect(await rig.dueWithin(5_000)).toBe(1);
  });
});

describe('A look, where a provider has a rate that counts them', () => {
  const shop = new InMemoryProvider();
  const stage: Stage = { provider: shop, timeoutMs: TIMEOUT_MS, ratePerSecond: 100 };
  let rig: SagaRig;
  let walletId: string;

  beforeAll(async () => {
    rig = await SagaRig.open(kindOf(stage));
    walletId = await rig.wallet(100n);
  });
  afterAll(() => rig.stop());

  it('makes one call, also where a key is not found and called for again', async () => {
    const { processor } = rig.idleWorker({ tuning: { firstPauseMs: 0 } }).worker;
    shop.issueModes.push('request_lost');
    const key = await rig.redeem(walletId, 30n, shopRequest());
    const calls: (readonly [calls: number, finds: number])[] = [];
    for (let tries = 1; tries <= 3; tries += 1) {
      await processor.perform([{ ...key, tries }]);
      calls.push([shop.calls, shop.finds]);
      await sleep(100);
    }
    expect(calls).toEqual([
      [1, 0],
      [1, 1],
      [2, 1],
    ]);
    expect(await rig.redemption(key)).toMatchObject({ status: 'committed', calls: { attempts: 2 } });
  });

  it('makes one call, also where what it called for has to be cancelled by then', async () => {
    const { processor } = rig.idleWorker(setup).worker;
    const key = await rig.redeem(walletId, 30n, shopRequest({ deduction: 'order' }));
    const release = { type: 'ReleaseRedemption', redemptionId: key.redemptionId } as const;
    const meanwhile = new InMemoryProvider();
    stage.provider = {
      issue: async (...call) => {
        await rig.api.run(rig.companyId, walletId, release);
        return meanwhile.issue(...call);
      },
      find: (wanted) => meanwhile.find(wanted),
      cancel: (wanted) => meanwhile.cancel(wanted),
    };
    await processor.perform([{ ...key, tries: 1 }]);
    expect([meanwhile.calls, meanwhile.cancelled.length]).toEqual([1, 0]);
    await processor.perform([{ ...key, tries: 2 }]);
    expect([meanwhile.calls, meanwhile.cancelled.length]).toEqual([1, 1]);
    expect((await rig.redemption(key)).status).toBe('released');
  });
});

describe('A job of many redemptions', () => {
  it('is not held up by the one whose provider is silent', async () => {
    const shop = new InMemoryProvider();
    shop.issueModes.push('issued_then_hangs');
    const rig = await SagaRig.open(kindOf({ provider: shop, timeoutMs: 20_000 }));
    const walletId = await rig.wallet(100n);
    const slow = await rig.redeem(walletId, 10n, shopRequest());
    const quick = await Promise.all(Array.from({ length: 5 }, () => rig.redeem(walletId, 10n)));
    const { worker } = rig.idleWorker();
    let over = false;
    const performing = worker.processor.perform([slow, ...quick].map((key) => ({ ...key, tries: 1 })));
    const performed = performing.finally(() => (over = true));
    await rig.until(quick, ({ status }) => status === 'committed');
    await rig.until([slow], ({ voucher }) => voucher.state === 'calling');
    expect(over).toBe(false);
    shop.hanging.abort();
    await performed;
    await rig.stop();
  });

  it('has the pause of one noted while another still waits for its provider', async () => {
    const shop = new InMemoryProvider();
    shop.issueModes.push('not_sent', 'issued_then_hangs');
    const rig = await SagaRig.open(kindOf({ provider: shop, timeoutMs: 60_000 }));
    const walletId = await rig.wallet(100n);
    const keys = await Promise.all([1n, 2n].map((points) => rig.redeem(walletId, points, shopRequest())));
    await rig.api.sagaWork.claimDue({ limit: 10, leaseMs: 120_000 });
    const performing = rig.idleWorker().worker.processor.perform(keys.map((key) => ({ ...key, tries: 1 })));
    let over = false;
    const performed = performing.finally(() => (over = true));
    while ((await rig.dueWithin(10_000)) === 0) await sleep(20);
    expect(over).toBe(false);
    shop.hanging.abort();
    await performed;
    await rig.stop();
  });

  it('is due again when its lease is over, however often it was tried, where the database could not be had', async () => {
    const rig = await SagaRig.open(kindOf({ provider: new InMemoryProvider(), timeoutMs: 1_000 }));
    const key = await rig.redeem(await rig.wallet(100n), 1n, shopRequest());
    await rig.api.sagaWork.claimDue({ limit: 10, leaseMs: 60_000 });
    const locked = await rig.api.pool.connect();
    await locked.query('BEGIN; LOCK TABLE private_text');
    await rig.idleWorker().worker.processor.perform([{ ...key, tries: 15 }]);
    await locked.query('ROLLBACK');
    locked.release();
    expect(await rig.dueWithin(60_000)).toBe(1);
    await rig.stop();
  });

  it('is not failed by the one that no provider is on record for', async () => {
    const rig = await SagaRig.open();
    const walletId = await rig.wallet(100n);
    const broken = await rig.redeem(walletId, 10n, shopRequest());
    const whole = await rig.redeem(walletId, 10n);
    const unknown = { companyId: rig.companyId, redemptionId: '0198f3a0-0000-7000-8000-00000000dead' };
    const { worker } = rig.idleWorker();
    await worker.processor.perform([unknown, broken, whole].map((key) => ({ ...key, tries: 1 })));
    expect((await rig.redemption(whole)).status).toBe('committed');
    expect((await rig.redemption(broken)).status).toBe('requested');
    expect(worker.counts.troubles).toBe(2);
    await rig.stop();
  });
});

function shopRequest(change: Partial<Parameters<SagaRig['redeem']>[2]> = {}) {
  const provider = (key: string): BoundProvider => ({
    ...{ name: 'shop', version: 1n, kind: 'http', key },
    ...{ idempotent: true, canLookup: true, canCancel: true },
  });
  const redemptionId = uuidV7();
  return { ...change, redemptionId, provider: provider(redemptionId) };
}

async function redeem(
  { rig, delivery, walletId }: Scene,
  change: Parameters<typeof shopRequest>[0] = {},
): Promise<[Redemption, RedemptionKey]> {
  const key = await rig.redeem(walletId, 30n, shopRequest(change));
  const [redemption] = await delivery.until([key]);
  if (redemption === undefined) throw new Error('The redemption is gone.');
  return [redemption, key];
}

async function release({ rig, walletId }: Scene, { redemptionId }: RedemptionKey): Promise<void> {
  await rig.api.run(rig.companyId, walletId, { type: 'ReleaseRedemption', redemptionId });
}

/** The shop and the ledger agree: a voucher that works is paid for or held, and points that went back bought nothing. */
async function expectTrue({ rig, shop, walletId }: Scene, redemption: Redemption | undefined): Promise<void> {
  if (redemption === undefined) throw new Error('The redemption is gone.');
  const usable = shop.usableCode(redemption.id);
  const wallet = await rig.auditedWallet(walletId);
  if (redemption.status === 'committed') {
    const sealed = redemption.voucher.code;
    const code = sealed && rig.codes.openCode({ companyId: rig.companyId, redemptionId: redemption.id, sealed });
    expect(code).toBe(usable);
    expect(wallet).toMatchObject({ available: 70n, reserved: 0n, lifetimeBurned: 30n });
  } else {
    expect(usable).toBeUndefined();
    expect(wallet).toMatchObject({ available: 100n, reserved: 0n, lifetimeBurned: 0n });
  }
}
