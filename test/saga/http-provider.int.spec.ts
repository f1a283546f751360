import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BoundProvider, Redemption, RequestRedemption } from '#domain';
import type { RedemptionKey } from '#ledger';
import { uuidV7 } from '#platform';
import { createHttpKind, type ProviderCall } from '#vouchers';
import { describeOnQueueBackends } from '../support/index.js';
import { ProviderSimulator, type SimulatorOptions } from '../support/provider/index.js';
import { until } from '../support/until.js';
import { SagaRig, type RunningWorker, type WorkerSetup } from './saga-rig.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TIMEOUT_MS = 1_000;
const WAITING = 200;
const CALLED = ['RedemptionRequested', 'PointsReserved', 'VoucherCallStarted'];

/** Opens soon and tries again soon, so that a test need not last as long as an outage. */
const gate = { sampledCalls: 10, callsMin: 3, failuresRatio: 0.5, pauseMs: 200, pauseMaxMs: 400 };
const kind = createHttpKind({ gate });

describeOnQueueBackends((backend) => {
  const tuning = { handOverMs: 10_000, firstPauseMs: 50 };
  const setup: WorkerSetup = backend.name === 'redis' ? { redisUrl: backend.url, tuning } : { tuning };
  let shop: ProviderSimulator;
  let rig: SagaRig;
  let running: RunningWorker;
  let calls: ProviderCall[];
  const others: ProviderSimulator[] = [];

  beforeAll(async () => {
    shop = await ProviderSimulator.start();
    rig = await SagaRig.open(kind, { baseUrl: shop.baseUrl, timeoutMs: TIMEOUT_MS });
    calls = [];
    running = await rig.startWorker({ ...setup, onProviderCall: (call) => calls.push(call) });
  });
  afterAll(async () => {
    await rig.stop();
    await Promise.all([shop, ...others].map((each) => each.stop()));
  });

  async function redeem(change: Partial<RequestRedemption> = {}, points = 100n): Promise<Asked> {
    const walletId = await rig.wallet(points);
    const key = await rig.redeem(walletId, 30n, shopRequest(change), { traceId: TRACE });
    return { walletId, key };
  }

  describe('A voucher from a service outside', () => {
    it('comes through the queue, and the service sees the trace of the request', async () => {
      const { walletId, key } = await redeem();
      const [redemption] = await rig.until([key]);
      expect(await rig.story(key, walletId)).toEqual([...CALLED, 'VoucherIssued', 'RedemptionCommitted']);
      expect(codeOf(redemption)).toBe(validCode(key));
      expect(running.worker.counts).toMatchObject({ redemptionsDirect: 0, troubles: 0 });
      const [seen] = shop.seen();
      expect(seen?.headers['traceparent']).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
      expect(calls).toMatchObject([{ call: 'issue', outcome: 'issued', redemptionId: key.redemptionId }]);
      const events = await rig.stream(walletId);
      expect(events.find(({ type }) => type === 'VoucherIssued')?.traceId).toBe(TRACE);
    });

    it('is found by its key when the service fell silent after it had issued it', async () => {
      const { key } = await planned({ call: 'issue', mode: 'hang' });
      const [redemption] = await rig.until([key]);
      expect(redemption).toMatchObject({ status: 'committed', calls: { attempts: 1, everUnknown: true } });
      expect(codeOf(redemption)).toBe(validCode(key));
      expect(shop.truth(key.redemptionId)?.vouchers).toHaveLength(1);
    });

    it('that is declined gives the points back', async () => {
      const { walletId, key } = await planned({ call: 'issue', mode: 'declined' });
      const [redemption] = await rig.until([key]);
      expect(redemption).toMatchObject({ status: 'released', releaseReason: 'declined' });
      expect(await rig.auditedWallet(walletId)).toMatchObject({ available: 100n, reserved: 0n });
    });

    it('is cancelled at the service before the points of a released hold go back', async () => {
      const { walletId, key } = await redeem({ deduction: 'order' });
      await rig.until([key]);
      expect(validCode(key)).toBeDefined();
      const { redemptionId } = key;
      await rig.api.run(rig.companyId, walletId, { type: 'ReleaseRedemption', redemptionId });
      await rig.until([key], ({ status }) => status === 'released');
      expect(validCode(key)).toBeUndefined();
      expect(shop.truth(redemptionId)?.tombstoned).toBe(true);
      expect((await rig.story(key, walletId)).slice(-3)).toEqual([
        'ReleaseStarted',
        'VoucherVoided',
        'RedemptionReleased',
      ]);
      expect(await rig.auditedWallet(walletId)).toMatchObject({ available: 100n, reserved: 0n });
    });

    it('cannot wait for an order where the service can’t cancel', async () => {
      const redemptionId = uuidV7();
      const provider = { ...boundTo(redemptionId), canCancel: false };
      await expect(redeem({ redemptionId, provider, deduction: 'order' })).rejects.toMatchObject({
        code: 'PROVIDER_CANNOT_VOID',
      });
    });

    it('that two redemptions get under one code is flagged with both, but not with one that is void', async () => {
      const voided = await redeem({ deduction: 'order' });
      await rig.until([voided.key]);
      const command = { type: 'ReleaseRedemption', redemptionId: voided.key.redemptionId } as const;
      await rig.api.run(rig.companyId, voided.walletId, command);
      await rig.until([voided.key], ({ status }) => status === 'released');
      const first = await planned({ call: 'issue', mode: 'same_code' });
      await rig.until([first.key]);
      expect((await rig.redemption(first.key)).flags).toEqual([]);
      const second = await planned({ call: 'issue', mode: 'same_code' });
      await rig.until([second.key]);
      const keys = [first.key, second.key];
      const flagged = await rig.until(keys, ({ flags }) => flags.includes('code_ambiguous'));
      expect(new Set(flagged.map(codeOf)).size).toBe(1);
      expect((await rig.redemption(voided.key)).flags).toEqual([]);
    });

    it('is waited for while the service is down, without a word in the ledger, and comes when it is back', async () => {
      await shop.down();
      const before = calls.length;
      const asked = await Promise.all(Array.from({ length: 40 }, () => redeem()));
      const keys = asked.map(({ key }) => key);
      await rig.until(keys, ({ status }) => status === 'reserved');
      await until(() => breaker() === 'open' && calls.length > before);
      await sleep(2_000);
      const events = await eventsOf(asked);
      await shop.up();
      const redemptions = await rig.until(keys);
      expect(redemptions.every(({ status, flags }) => status === 'committed' && flags.length === 0)).toBe(true);
      expect(new Set(redemptions.map(codeOf)).size).toBe(40);
      // Those in hand when the breaker opened, and the one that tries now and then: two events each.
      expect(events).toBeLessThan(40 * 2 + 2 * (25 + 30));
    });

    it.each([
      ['gone', {}],
      ['gone and slow', { ratePerSecond: 5 }],
    ])('that never comes, since the service is %s, ends with the points back, unflagged', async (name, limits) => {
      // One that was never reached: a connection that breaks under a request leaves it unknown, and there is no end without an answer.
      const gone = await another();
      await gone.down();
      await rig.insertProvider({ name, kind: 'http', config: { baseUrl: gone.baseUrl, ...limits } });
      const change = { holdSeconds: 5n, callSeconds: 4n };
      const asked = await Promise.all(Array.from({ length: WAITING }, () => redeem(shopRequest(change, name))));
      const redemptions = await rig.until(asked.map(({ key }) => key));
      expect(new Set(redemptions.map(({ status }) => status))).toEqual(new Set(['expired']));
      expect(redemptions.flatMap(({ flags }) => flags)).toEqual([]);
      // Four events tell the whole story of one that was never tried.
      expect(await eventsOf(asked)).toBeLessThan(WAITING * 4 + 2 * (25 + 60));
      for (const { walletId } of asked.slice(0, 20)) {
        expect(await rig.auditedWallet(walletId)).toMatchObject({ available: 100n, reserved: 0n });
      }
    });
  });

  describe('A provider’s limits', () => {
    it('hold for all workers together', async () => {
      const limits = { ratePerSecond: 5, concurrency: 2 };
      const slow = await another({ latencyMs: 20 });
      await rig.insertProvider({ name: 'slow', kind: 'http', config: { baseUrl: slow.baseUrl, ...limits } });
      const second = await rig.startWorker(setup);
      const startedMs = performance.now();
      const asked = await Promise.all(Array.from({ length: 16 }, () => redeem(shopRequest({}, 'slow'))));
      await rig.until(asked.map(({ key }) => key));
      // Sixteen calls at five a second begin in four different seconds, the last three of them counted from the first call.
      expect(performance.now() - startedMs).toBeGreaterThan(2_900);
      expect(slow.counts.inFlightMax).toBeLessThanOrEqual(4);
      await second.stop();
    });

    it('hold up no hold that ends, however many stand in line before it', async () => {
      const slow = await another();
      const config = { baseUrl: slow.baseUrl, ratePerSecond: 1 };
      await rig.insertProvider({ name: 'seldom', kind: 'http', config });
      const { walletId, key } = await redeem(shopRequest({ deduction: 'order', holdSeconds: 4n }, 'seldom'));
      await rig.until([key]);
      const inLine = await Promise.all(Array.from({ length: 16 }, () => redeem(shopRequest({}, 'seldom'))));
      await rig.until([key], ({ status }) => status !== 'reserved');
      const events = await rig.stream(walletId);
      const { reserveExpiresAt = 0 } = await rig.redemption(key);
      const started = events.find(({ type }) => type === 'ReleaseStarted')?.occurredAt ?? 0;
      await rig.until([...inLine, { key }].map((one) => one.key));
      const streams = await Promise.all(inLine.map((one) => rig.stream(one.walletId)));
      const issued = streams.flat().filter(({ type }) => type === 'VoucherIssued');
      expect(issued).toHaveLength(inLine.length);
      // One a second is called: in the line's own time it waits for no more than two of them, however slow the machine is.
      const before = issued.filter(({ occurredAt }) => occurredAt > reserveExpiresAt && occurredAt < started);
      expect(before.length).toBeLessThanOrEqual(2);
    });

    it('keep whoever is not called yet from running out of time, though a job carries many', async () => {
      const slow = await another({ latencyMs: 250 });
      const config = { baseUrl: slow.baseUrl, concurrency: 2, timeoutMs: 3_000 };
      await rig.insertProvider({ name: 'narrow', kind: 'http', config });
      const before = running.worker.counts.jobsHandedOver;
      const asked = await Promise.all(Array.from({ length: 40 }, () => redeem(shopRequest({}, 'narrow'))));
      const redemptions = await rig.until(asked.map(({ key }) => key));
      expect(new Set(redemptions.map(({ status }) => status))).toEqual(new Set(['committed']));
      expect(new Set(redemptions.map(({ calls }) => calls.attempts))).toEqual(new Set([1]));
      expect(slow.counts.inFlightMax).toBe(2);
      expect(running.worker.counts.jobsHandedOver - before).toBeLessThan(asked.length);
    });
  });

  async function another(options: SimulatorOptions = {}): Promise<ProviderSimulator> {
    const started = await ProviderSimulator.start(options);
    others.push(started);
    return started;
  }

  function breaker(): string | undefined {
    return running.worker.providerConditions().find(({ name }) => name === 'shop')?.condition.breaker;
  }

  async function planned(plan: { call: 'issue'; mode: 'hang' | 'declined' | 'same_code' }): Promise<Asked> {
    const redemptionId = uuidV7();
    shop.plan({ ...plan, key: redemptionId });
    return redeem({ redemptionId, provider: boundTo(redemptionId) });
  }

  async function eventsOf(asked: readonly Asked[]): Promise<number> {
    const stories = await Promise.all(asked.map(({ key, walletId }) => rig.story(key, walletId)));
    return stories.reduce((sum, story) => sum + story.length, 0);
  }

  function codeOf(redemption: Redemption | undefined): string | undefined {
    const sealed = redemption?.voucher.code;
    return sealed && rig.codes.openCode({ companyId: rig.companyId, redemptionId: redemption.id, sealed });
  }

  function validCode({ redemptionId }: RedemptionKey): string | undefined {
    return shop.truth(redemptionId)?.vouchers.find(({ state }) => state === 'valid')?.code;
  }
});

interface Asked {
  readonly walletId: string;
  readonly key: RedemptionKey;
}

function boundTo(key: string, name = 'shop'): BoundProvider {
  return { name, version: 1n, kind: 'http', key, idempotent: true, canLookup: true, canCancel: true };
}

function shopRequest(change: Partial<RequestRedemption>, name = 'shop'): Partial<RequestRedemption> {
  const redemptionId = change.redemptionId ?? uuidV7();
  return { provider: boundTo(redemptionId, name), ...change, redemptionId };
}
