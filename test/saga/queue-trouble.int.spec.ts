import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { RedemptionKey } from '#ledger';
import { hasRedisServer, startRedisServer, type RedisServer } from '../support/index.js';
import { until } from '../support/until.js';
import { SagaRig } from './saga-rig.js';

const WALLETS = 30;
const EACH = 10;

/** Leases are short here, so that a test sees several run out. */
const tuning = { leaseMs: 1_000, pollMs: 200 };

const describeWithRedis = hasRedisServer() ? describe : (describe.skip as unknown as typeof describe);

describeWithRedis('Redis in trouble (to run these: install redis-server)', () => {
  let rig: SagaRig;
  let server: RedisServer;

  beforeEach(async () => {
    const started = await startRedisServer();
    if (started === undefined) throw new Error('redis-server could not be started.');
    server = started;
    rig = await SagaRig.open();
  });
  afterEach(async () => {
    await rig.stop();
    await server.stop();
  });

  it('that is flushed every second delays redemptions and loses none', async () => {
    const { worker } = await rig.startWorker({ redisUrl: server.url, tuning: { ...tuning, localConcurrency: 1 } });
    const flusher = startFlushing(server.url, 1_000);
    const { keys, wallets } = await redeemOverTime(rig, 3_000);
    await expectAllCommitted(rig, keys, wallets);
    await flusher.stop();
    expect(flusher.flushes()).toBeGreaterThanOrEqual(3);
    expect(worker.counts.jobsProcessed).toBeGreaterThan(0);
  });

  it('that loses every job at once is done without', async () => {
    const { worker } = await rig.startWorker({ redisUrl: server.url, tuning });
    const flusher = startFlushing(server.url, 0);
    const { keys, wallets } = await redeemOverTime(rig, 500);
    await expectAllCommitted(rig, keys, wallets);
    await flusher.stop();
    const { redemptionsDirect, redemptionsFromQueue } = worker.counts;
    expect(redemptionsDirect + redemptionsFromQueue).toBeGreaterThanOrEqual(keys.length);
  });

  it('that dies for good in the middle leaves everything to PostgreSQL', async () => {
    const { worker } = await rig.startWorker({ redisUrl: server.url, tuning });
    const before = await redeemOverTime(rig, 0);
    await until(() => worker.counts.redemptionsFromQueue > 0);
    await server.stop();
    const after = await redeemOverTime(rig, 0);
    await expectAllCommitted(rig, [...before.keys, ...after.keys], [...before.wallets, ...after.wallets]);
    expect(worker.counts.redemptionsDirect).toBeGreaterThan(0);
  });

  it('that was never there leaves everything to PostgreSQL', async () => {
    await server.stop();
    const { worker } = await rig.startWorker({ redisUrl: server.url, tuning });
    const { keys, wallets } = await redeemOverTime(rig, 0);
    await expectAllCommitted(rig, keys, wallets);
    expect(worker.counts).toMatchObject({ jobsProcessed: 0, redemptionsFromQueue: 0 });
    expect(worker.counts.redemptionsDirect).toBeGreaterThanOrEqual(keys.length);
  });
});

interface Redeemed {
  readonly keys: readonly RedemptionKey[];
  readonly wallets: readonly string[];
}

/** 300 redemptions of 30 wallets, spread over the time. */
async function redeemOverTime(rig: SagaRig, durationMs: number): Promise<Redeemed> {
  const wallets = await Promise.all(Array.from({ length: WALLETS }, () => rig.wallet(1_000n)));
  const keys: RedemptionKey[] = [];
  for (let round = 0; round < EACH; round += 1) {
    keys.push(...(await Promise.all(wallets.map((walletId) => rig.redeem(walletId, 10n)))));
    await sleep(durationMs / EACH);
  }
  return { keys, wallets };
}

async function expectAllCommitted(rig: SagaRig, keys: readonly RedemptionKey[], wallets: readonly string[]) {
  const redemptions = await rig.until(keys);
  expect(redemptions.map(({ status }) => status)).toEqual(Array(keys.length).fill('committed'));
  for (const walletId of wallets) {
    expect(await rig.auditedWallet(walletId)).toMatchObject({ available: 900n, reserved: 0n, lifetimeBurned: 100n });
  }
  expect(await rig.openWork()).toBe(0);
}

function startFlushing(url: string, everyMs: number): { flushes(): number; stop(): Promise<void> } {
  const redis = new Redis(url);
  let flushes = 0;
  let stopped = false;
  const flushing = (async () => {
    while (!stopped) {
      await redis.flushall();
      flushes += 1;
      await sleep(everyMs);
    }
    redis.disconnect();
  })();
  return {
    flushes: () => flushes,
    async stop() {
      stopped = true;
      await flushing;
    },
  };
}
