import { setTimeout as sleep } from 'node:timers/promises';

import { auditLedger } from './audit/audit-ledger.js';
import type { BenchOptions } from './bench-options.js';
import { countRound } from './count/count-round.js';
import { memoryOf } from './engine/memory.js';
import { auditFloor } from './floor/audit-floor.js';
import type { FloorOrder, FloorTasks } from './floor/floor-process.js';
import { createFloor } from './floor/floor-schema.js';
import { hasPgbench, runPgbench } from './floor/pgbench.js';
import type { LoadTasks } from './load/load-process.js';
import type { Teardown } from './processes/teardown.js';
import type { BenchResult } from './report/result.js';
import { GATHER_STATISTICS, runRounds } from './rounds.js';
import { POINTS_COST, POINTS_SEEDED } from './scenario/scenario.js';
import { scenarioNamed } from './scenario/scenarios.js';
import { Stage, type StagedLoad } from './stage.js';
import { summarise } from './summarise.js';

const FLOOR_CONNECTIONS = 16;
/** Long enough for start-up's garbage to be collected. */
const IDLE_MS = 2_000;

export type Progress = (what: string) => void;

/** One run, from an empty data folder to the audit. @throws BenchFailure, Interrupted */
export async function runBench(options: BenchOptions, teardown: Teardown, progress: Progress): Promise<BenchResult> {
  const { scenario, perSecond } = options;
  progress('Starting PostgreSQL, the worker and the API …');
  const stage = await Stage.open(options, teardown);
  await sleep(IDLE_MS);
  const idle = memoryOf(stage.engine);
  const { loaded, floor, floorOrder } = await floorContest(stage, options, progress);
  const beside = scenario.beside === undefined ? undefined : scenarioNamed(scenario.beside);
  const besideLoad = beside && (await stage.load(beside, { ...beside, wallets: besideWallets(options, beside) }));
  const load = await stage.process<LoadTasks>('load generator', 'load/load-process.js');
  await stage.client.query(GATHER_STATISTICS);
  // Both sides start their warm-up with the same duty: the first change of each page after a checkpoint is logged whole.
  await stage.client.query('CHECKPOINT');

  const loadOrder = { ...loaded.order, perSecond };
  const besideOrder = besideLoad?.order;
  const rounds = await runRounds({ options, stage, load, loadOrder, besideOrder, floor, floorOrder }, progress);
  const afterLoad = memoryOf(stage.engine);
  await auditFloor(stage.client, { wallets: options.wallets, points: POINTS_SEEDED }, rounds.floorSettled);
  if (options.count) progress('Counting statements and round trips, in a round of its own …');
  const counts = options.count ? await countRound(stage, load, loadOrder) : null;
  progress('Waiting for what is under way, then auditing the ledger …');
  await stage.close();
  const earned = scenario.earns === true ? {} : { earned: BigInt(POINTS_SEEDED) };
  const audit = await auditLedger(stage.client, { answers: stage.answersFile, ...earned });
  return summarise({
    options,
    floorConnections: FLOOR_CONNECTIONS,
    rounds,
    pgbenchPerSecond: await pgbenchRate(options, floorOrder, stage.dataDir, teardown),
    memoryMb: { idle, afterLoad },
    counts,
    audit,
    ...stage.madeIn(options.seconds),
    postgresSettings: stage.database.settings,
  });
}

/** The load's wallets, and the floor with as many of its own, neither of them started. */
export async function floorContest(stage: Stage, options: BenchOptions, progress: Progress) {
  const { scenario, wallets } = options;
  progress(`Seeding ${wallets} wallets …`);
  const loaded = await stage.load(scenario, options);
  await createFloor(stage.client, wallets, POINTS_SEEDED);
  const floor = await stage.process<FloorTasks>('floor', 'floor/floor-process.js');
  const floorOrder: FloorOrder = {
    connectionString: stage.database.connectionString,
    connections: FLOOR_CONNECTIONS,
    wallets,
    points: POINTS_COST,
    seconds: 0,
    extra: scenario.floorExtra,
    provider: floorProvider(options, loaded),
  };
  return { loaded, floor, floorOrder };
}

/** As many as it has by itself, but no more than a run that was asked to be small. */
function besideWallets({ wallets, scenario }: BenchOptions, beside: { readonly wallets: number }): number {
  return wallets === scenario.wallets ? beside.wallets : Math.min(beside.wallets, Math.max(50, wallets));
}

/** The floor calls the same provider, with as many callers as the engine has: none of them holds a connection while it waits. */
function floorProvider({ scenario, connections }: BenchOptions, { providerUrl }: StagedLoad): FloorOrder['provider'] {
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
