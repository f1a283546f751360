import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';

import { auditLedger } from './audit/audit-ledger.js';
import { BenchFailure } from './bench-failure.js';
import { makeCompany } from './engine/company.js';
import { startDurableDatabase, type DurableDatabase } from './engine/durable-database.js';
import { startEngine, type Engine } from './engine/engine.js';
import { memoryOf } from './engine/memory.js';
import { startOwnRedis } from './engine/own-redis.js';
import { auditFloor } from './floor/audit-floor.js';
import type { FloorOrder, FloorTasks } from './floor/floor-process.js';
import { createFloor } from './floor/floor-schema.js';
import { hasPgbench, runPgbench } from './floor/pgbench.js';
import type { LoadOrder, LoadTasks } from './load/load-process.js';
import type { BenchOptions } from './options.js';
import { benchScript, projectFolder } from './places.js';
import { BenchProcess } from './processes/bench-process.js';
import type { Tasks } from './processes/tasks.js';
import type { Teardown } from './processes/teardown.js';
import { describeMachine } from './report/machine.js';
import type { BenchResult } from './report/result.js';
import { GATHER_STATISTICS, runRounds } from './rounds.js';
import { POINTS_COST, POINTS_SEEDED } from './scenario/scenario.js';
import { summarise } from './summarise.js';

const FLOOR_CONNECTIONS = 16;
/** Long enough for start-up's garbage to be collected. */
const IDLE_MS = 2_000;
const SETTLE_MS = 60_000;
const POLL_MS = 100;

const COUNT_WORK = `SELECT count(*)::int AS owed FROM saga_work`;

export type Progress = (what: string) => void;

/** One run, from an empty data folder to the audit. @throws BenchFailure, Interrupted */
export async function runBench(options: BenchOptions, teardown: Teardown, progress: Progress): Promise<BenchResult> {
  const dataDir = await teardown.own(makeDataDir, (dir) => rm(dir, { recursive: true, force: true }));
  progress('Starting PostgreSQL, the worker and the API …');
  const database = await startDurableDatabase(dataDir, teardown);
  const machine = await describeMachine(dataDir, database.settings['server_version'] ?? 'unknown');
  const redisUrl = await redisFor(options, dataDir, teardown);
  const engine = await startEngine({ dataDir, databaseUrl: database.connectionString, redisUrl }, teardown);
  const company = await makeCompany(engine.baseUrl, engine.adminApiKey);
  await sleep(IDLE_MS);
  const idle = memoryOf(engine);

  const { load, floor } = await startDrivers(dataDir, teardown);
  const client = await connect(database, teardown);
  const loadOrder: LoadOrder = {
    baseUrl: engine.baseUrl,
    apiKey: company.apiKey,
    scenario: options.scenario.name,
    wallets: options.wallets,
    connections: options.connections,
    seconds: options.warmUpSeconds,
    answersFile: path.join(dataDir, 'answers.jsonl'),
  };
  const floorOrder: FloorOrder = {
    connectionString: database.connectionString,
    connections: FLOOR_CONNECTIONS,
    wallets: options.wallets,
    points: POINTS_COST,
    seconds: options.warmUpSeconds,
  };
  await writeFile(loadOrder.answersFile, '');
  progress(`Seeding ${options.wallets} wallets …`);
  await load.ask('seed', loadOrder);
  await createFloor(client, options.wallets, POINTS_SEEDED);
  await client.query(GATHER_STATISTICS);
  // Both sides start their warm-up with the same duty: the first change of each page after a checkpoint is logged whole.
  await client.query('CHECKPOINT');

  const rounds = await runRounds(
    { options, engine, load, loadOrder, floor, floorOrder, client, postmasterPid: database.server.pid },
    progress,
  );
  const afterLoad = memoryOf(engine);
  await auditFloor(client, { wallets: options.wallets, points: POINTS_SEEDED }, rounds.floorSettled);
  progress('Waiting for what is under way, then auditing the ledger …');
  await untilNothingIsOwed(client);
  await stopEngine(engine);
  const audit = await auditLedger(client, { answers: loadOrder.answersFile, earned: BigInt(POINTS_SEEDED) });
  const pgbenchOrder = { ...floorOrder, seconds: Math.max(1, Math.round(options.seconds / options.rounds)) };
  const pgbenchPerSecond = hasPgbench() ? Math.round(await runPgbench(pgbenchOrder, dataDir, teardown)) : null;
  return summarise({
    options,
    queue: redisUrl === undefined ? 'postgres' : 'redis',
    floorConnections: FLOOR_CONNECTIONS,
    rounds,
    pgbenchPerSecond,
    memoryMb: { idle, afterLoad },
    audit,
    machine,
    postgresSettings: database.settings,
  });
}

/** On the project's own disk: the folder for temporary files may lie in memory, where a flush costs nothing. */
async function makeDataDir(): Promise<string> {
  const parent = path.join(projectFolder, '.cache');
  await mkdir(parent, { recursive: true });
  return mkdtemp(path.join(parent, 'bench-'));
}

async function redisFor(options: BenchOptions, dataDir: string, teardown: Teardown): Promise<string | undefined> {
  if (!options.ownRedis) return process.env['REDIS_URL'] === '' ? undefined : process.env['REDIS_URL'];
  const redis = await teardown.own(
    () => startOwnRedis(dataDir),
    (started) => started.stop(),
  );
  return redis.url;
}

async function startDrivers(dataDir: string, teardown: Teardown) {
  const start = <T extends Tasks<T>>(name: string, script: string) => {
    const logFile = path.join(dataDir, `${name}.log`);
    return teardown.own(
      () => new BenchProcess<T>({ name, script: benchScript(script), env: process.env, logFile }),
      (started) => started.stop(),
    );
  };
  const load = await start<LoadTasks>('load generator', 'load/load-process.js');
  const floor = await start<FloorTasks>('floor', 'floor/floor-process.js');
  await Promise.all([load.ready, floor.ready]);
  return { load, floor };
}

async function connect({ connectionString }: DurableDatabase, teardown: Teardown): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  // A server that goes away fails the query under way; without a listener it would end the process as well.
  client.on('error', () => undefined);
  await teardown.own(
    () => client.connect(),
    () => client.end(),
  );
  return client;
}

async function untilNothingIsOwed(client: pg.Client): Promise<void> {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const { rows } = await client.query<{ owed: number }>(COUNT_WORK);
    const owed = rows[0]?.owed ?? 0;
    if (owed === 0) return;
    // The audit reports each of them as a redemption that didn't come to an end.
    if (performance.now() > deadline) return;
    await sleep(POLL_MS);
  }
}

async function stopEngine({ api, worker }: Engine): Promise<void> {
  for (const service of [api, worker]) {
    await service.assertRunning();
    await service.stop();
    if (!service.endedWell()) throw new BenchFailure('The engine did not stop as it was asked to.');
  }
}
