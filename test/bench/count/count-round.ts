import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from '../../support/redis-server.js';
import type { Service } from '../engine/engine.js';
import type { LoadOrder, LoadTasks } from '../load/load-process.js';
import type { BenchProcess } from '../processes/bench-process.js';
import type { Stage } from '../stage.js';
import type { CountingTasks, Traffic } from './counting-process.js';
import { sumsOf } from './metrics-text.js';

/** Of one process of the engine, for each redemption of the round. */
export interface ServiceCounts extends Traffic {
  /** Commands in a group, on average. */
  readonly groupSize: number;
}

/** What a redemption takes, counted on the way to the database and read from `/metrics`. */
export interface Counts {
  readonly redemptions: number;
  readonly api: ServiceCounts;
  readonly worker: ServiceCounts;
  /** Of the queue, for each redemption. */
  readonly jobs: number;
}

/** Long enough for a group to gather and for the queue to be in its stride. */
const COUNT_SECONDS = 3;
/** The worker's connections and statements are prepared before anything is counted. */
const WARM_SECONDS = 1;
const SERVICES: readonly Service[] = ['api', 'worker'];

/**
 * A round of its own after the measured ones, over connections that are counted: looking on costs time, so what it finds are numbers a
 * redemption and not rates. The engine is started again for it.
 */
export async function countRound(stage: Stage, load: BenchProcess<LoadTasks>, order: LoadOrder): Promise<Counts> {
  const proxies = await Promise.all(
    SERVICES.map(async (service) => {
      const proxy = await stage.process<CountingTasks>(`counter of the ${service}`, 'count/counting-process.js');
      return { proxy, ...(await proxy.ask('open', { connectionString: stage.database.connectionString })) };
    }),
  );
  const [ofApi, ofWorker] = proxies as [(typeof proxies)[0], (typeof proxies)[0]];
  const metricsPort = await freePort();
  await stage.restart({
    env: {
      api: { DATABASE_URL: ofApi.connectionString },
      worker: { DATABASE_URL: ofWorker.connectionString, METRICS_PORT: `${metricsPort}` },
    },
  });
  const { baseUrl } = stage.engine;
  const look = async () => ({
    traffic: await Promise.all(proxies.map(({ proxy }) => proxy.ask('read', {}))),
    metrics: await Promise.all([baseUrl, `http://127.0.0.1:${metricsPort}`].map(readMetrics)),
  });
  const run = (seconds: number) => load.ask('run', { ...order, baseUrl, seconds, perSecond: undefined });
  await run(WARM_SECONDS);
  await stage.settle();
  const before = await look();
  const { settled, statuses } = await run(COUNT_SECONDS);
  await stage.settle();
  const after = await look();
  const redemptions = Math.max(1, settled, statuses['200'] ?? 0);
  const [api, worker] = SERVICES.map((_, i) => {
    const grown = difference(after.metrics[i], before.metrics[i]);
    const each = (name: keyof Traffic) =>
      rounded(((after.traffic[i]?.[name] ?? 0) - (before.traffic[i]?.[name] ?? 0)) / redemptions);
    return {
      statements: each('statements'),
      roundTrips: each('roundTrips'),
      transactions: each('transactions'),
      bytesToServer: Math.round(each('bytesToServer')),
      bytesFromServer: Math.round(each('bytesFromServer')),
      groupSize: rounded(
        grown('holdfast_ledger_group_commands_sum') / Math.max(1, grown('holdfast_ledger_group_commands_count')),
      ),
    };
  }) as [ServiceCounts, ServiceCounts];
  const jobs = difference(after.metrics[1], before.metrics[1])('holdfast_worker_jobs_processed_total');
  return { redemptions, api, worker, jobs: rounded(jobs / redemptions) };
}

async function readMetrics(baseUrl: string): Promise<ReadonlyMap<string, number>> {
  // What the last group did is told when its callers have been answered.
  await sleep(100);
  return sumsOf(await (await fetch(`${baseUrl}/metrics`)).text());
}

function difference(after: ReadonlyMap<string, number> | undefined, before: ReadonlyMap<string, number> | undefined) {
  return (name: string) => (after?.get(name) ?? 0) - (before?.get(name) ?? 0);
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
