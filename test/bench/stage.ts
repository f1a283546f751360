import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';

import { BenchFailure } from './bench-failure.js';
import { makeCompany, type BenchCompany } from './engine/company.js';
import { startDurableDatabase, type DurableDatabase } from './engine/durable-database.js';
import { startEngine, type Engine } from './engine/engine.js';
import { startOwnRedis } from './engine/own-redis.js';
import type { BenchOptions } from './options.js';
import { benchScript, projectFolder } from './places.js';
import { BenchProcess } from './processes/bench-process.js';
import type { Tasks } from './processes/tasks.js';
import type { Teardown } from './processes/teardown.js';
import type { ProviderTasks } from './provider/provider-process.js';
import { describeMachine, type Machine } from './report/machine.js';
import type { ScenarioProvider } from './scenario/scenario.js';

const SETTLE_MS = 60_000;
const POLL_MS = 100;

const COUNT_WORK = `SELECT count(*)::int AS owed FROM saga_work`;

/** A company, and the address of its provider outside where it has one. */
export interface StagedCompany extends BenchCompany {
  readonly providerUrl: string | undefined;
}

/** What every scenario plays on: an empty data folder, a durable database, the engine, and what measures it. All of it is the teardown's. */
export class Stage {
  private constructor(
    readonly dataDir: string,
    readonly database: DurableDatabase,
    readonly machine: Machine,
    readonly redisUrl: string | undefined,
    readonly engine: Engine,
    private readonly teardown: Teardown,
  ) {}

  static async open(options: BenchOptions, teardown: Teardown): Promise<Stage> {
    const dataDir = await teardown.own(makeDataDir, (dir) => rm(dir, { recursive: true, force: true }));
    const database = await startDurableDatabase(dataDir, teardown);
    const machine = await describeMachine(dataDir, database.settings['server_version'] ?? 'unknown');
    const redisUrl = await redisFor(options, dataDir, teardown);
    const engine = await startEngine({ dataDir, databaseUrl: database.connectionString, redisUrl }, teardown);
    return new Stage(dataDir, database, machine, redisUrl, engine, teardown);
  }

  get queue(): 'postgres' | 'redis' {
    return this.redisUrl === undefined ? 'postgres' : 'redis';
  }

  /** A company; its provider, where the scenario has one, is a process of its own. */
  async company(provider: ScenarioProvider | undefined): Promise<StagedCompany> {
    const { baseUrl, adminApiKey } = this.engine;
    if (provider === undefined) return { ...(await makeCompany(baseUrl, adminApiKey)), providerUrl: undefined };
    const process = await this.process<ProviderTasks>(
      `provider of ${provider.latencyMs} ms`,
      'provider/provider-process.js',
    );
    const { baseUrl: providerUrl } = await process.ask('open', provider);
    return { ...(await makeCompany(baseUrl, adminApiKey, { ...provider, baseUrl: providerUrl })), providerUrl };
  }

  /** A process of the benchmark's own, ready to be asked. */
  async process<T extends Tasks<T>>(name: string, script: string): Promise<BenchProcess<T>> {
    const logFile = path.join(this.dataDir, `${name}.log`);
    const started = await this.teardown.own(
      () => new BenchProcess<T>({ name, script: benchScript(script), env: process.env, logFile }),
      (running) => running.stop(),
    );
    await started.ready;
    return started;
  }

  async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.database.connectionString });
    // A server that goes away fails the query under way; without a listener it would end the process as well.
    client.on('error', () => undefined);
    await this.teardown.own(
      () => client.connect(),
      () => client.end(),
    );
    return client;
  }

  /** Waits for what is under way, then stops the engine. @throws BenchFailure when it doesn't stop as it was asked to. */
  async close(client: pg.Client): Promise<void> {
    await untilNothingIsOwed(client);
    for (const service of [this.engine.api, this.engine.worker]) {
      await service.assertRunning();
      await service.stop();
      if (!service.endedWell()) throw new BenchFailure('The engine did not stop as it was asked to.');
    }
  }
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
