import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { auditLedger } from './audit/audit-ledger.js';
import { memoryOf } from './engine/memory.js';
import { auditFloor } from './floor/audit-floor.js';
import type { FloorOrder, FloorTasks } from './floor/floor-process.js';
import { createFloor } from './floor/floor-schema.js';
import { hasPgbench, runPgbench } from './floor/pgbench.js';
import type { LoadOrder, LoadTasks } from './load/load-process.js';
import type { BenchOptions } from './options.js';
import type { Teardown } from './processes/teardown.js';
import type { BenchResult } from './report/result.js';
import { GATHER_STATISTICS, runRounds } from './rounds.js';
import { POINTS_COST, POINTS_SEEDED } from './scenario/scenario.js';
import { Stage, type StagedCompany } from './stage.js';
import { summarise } from './summarise.js';

const FLOOR_CONNECTIONS = 16;
/** Long enough for start-up's garbage to be collected. */
const IDLE_MS = 2_000;

export type Progress = (what: string) => void;

/** One run, from an empty data folder to the audit. @throws BenchFailure, Interrupted */
export async function runBench(options: BenchOptions, teardown: Teardown, progress: Progress): Promise<BenchResult> {
  progress('Starting PostgreSQL, the worker and the API …');
  const stage = await Stage.open(options, teardown);
  const { dataDir, database, engine, machine } = stage;
  const company = await stage.company(options.scenario.provider);
  await sleep(IDLE_MS);
  const idle = memoryOf(engine);

  const load = await stage.process<LoadTasks>('load generator', 'load/load-process.js');
  const floor = await stage.process<FloorTasks>('floor', 'floor/floor-process.js');
  const client = await stage.connect();
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
    provider: floorProvider(options, company),
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
  await stage.close(client);
  const audit = await auditLedger(client, { answers: loadOrder.answersFile, earned: BigInt(POINTS_SEEDED) });
  return summarise({
    options,
    queue: stage.queue,
    floorConnections: FLOOR_CONNECTIONS,
    rounds,
    pgbenchPerSecond: await pgbenchRate(options, floorOrder, dataDir, teardown),
    memoryMb: { idle, afterLoad },
    audit,
    machine,
    postgresSettings: database.settings,
  });
}

/** The floor calls the same provider, with as many callers as the engine has: none of them holds a connection while it waits. */
function floorProvider(
  { scenario, connections }: BenchOptions,
  { providerUrl }: StagedCompany,
): FloorOrder['provider'] {
  if (scenario.provider === undefined || providerUrl === undefined) return undefined;
  return { baseUrl: providerUrl, timeoutMs: scenario.provider.timeoutMs, callers: connections };
}

/** PostgreSQL's load generator makes no HTTP requests: where the floor does, it has nothing to say. */
async function pgbenchRate(
  options: BenchOptions,
  floorOrder: FloorOrder,
  dataDir: string,
  teardown: Teardown,
): Promise<number | null> {
  if (floorOrder.provider !== undefined || !hasPgbench()) return null;
  const order = { ...floorOrder, seconds: Math.max(1, Math.round(options.seconds / options.rounds)) };
  return Math.round(await runPgbench(order, dataDir, teardown));
}
