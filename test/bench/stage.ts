import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';

import type { BenchOptions } from './bench-options.js';
import { makeCompanies, makeCompany, openShop, type BenchCompany } from './engine/company.js';
import { startDurableDatabase, type DurableDatabase } from './engine/durable-database.js';
import { startEngine, stopEngine, type Engine, type EngineOptions } from './engine/engine.js';
import { startOwnRedis } from './engine/own-redis.js';
import type { LoadOrder } from './load/load-process.js';
import { seedWallets } from './made-ledger/seed-wallets.js';
import { benchScript, projectFolder } from './places.js';
import { BenchProcess } from './processes/bench-process.js';
import type { Tasks } from './processes/tasks.js';
import type { Teardown } from './processes/teardown.js';
import type { ProviderTasks } from './provider/provider-process.js';
import { describeMachine, type Machine } from './report/machine.js';
import type { RunProvenance } from './report/provenance.js';
import { watchStolenTime } from './report/stolen-time.js';
import type { Scenario, ScenarioProvider, Shop } from './scenario/scenario.js';

const SETTLE_MS = 120_000;
const POLL_MS = 50;

/** What a ledger that was made up has left open is due in another age. Plan: the index of what is due, to its first row. */
const IS_OWED = `SELECT EXISTS (SELECT FROM saga_work WHERE due_at < now() + interval '1 year') AS owed`;

/** As `customerEmail` has it. */
const GIVE_ADDRESSES = `UPDATE customer SET email = id || '@example.com' WHERE company_id = $1`;

/** A company, and the address of its provider outside where it has one. */
export interface StagedCompany extends BenchCompany {
  readonly providerUrl: string | undefined;
}

/** Who the load is made for, and how. */
export interface StagedLoad {
  readonly companyIds: readonly number[];
  readonly order: LoadOrder;
  readonly providerUrl: string | undefined;
}

/** What every scenario plays on: an empty data folder, a durable database, the engine, and what measures it. All of it is the teardown's. */
export class Stage {
  private constructor(
    readonly dataDir: string,
    readonly database: DurableDatabase,
    readonly machine: Machine,
    readonly redisUrl: string | undefined,
    readonly client: pg.Client,
    private current: Engine,
    private readonly stolenShare: () => number | null,
    private readonly teardown: Teardown,
  ) {}

  /** @param postgres settings of the server besides those it has anyway. */
  static async open(
    options: Pick<BenchOptions, 'ownRedis'>,
    teardown: Teardown,
    postgres: Readonly<Record<string, string>> = {},
  ): Promise<Stage> {
    const stolenShare = watchStolenTime();
    const dataDir = await teardown.own(makeDataDir, (dir) => rm(dir, { recursive: true, force: true }));
    const database = await startDurableDatabase(dataDir, teardown, postgres);
    const machine = await describeMachine(dataDir, database.settings['server_version'] ?? 'unknown');
    const redisUrl = await redisFor(options, dataDir, teardown);
    const engine = await startEngine({ dataDir, databaseUrl: database.connectionString, redisUrl }, teardown);
    const client = await connect(database.connectionString, teardown);
    await writeFile(path.join(dataDir, 'answers.jsonl'), '');
    return new Stage(dataDir, database, machine, redisUrl, client, engine, stolenShare, teardown);
  }

  /** The engine that runs now. */
  get engine(): Engine {
    return this.current;
  }

  get queue(): 'postgres' | 'redis' {
    return this.redisUrl === undefined ? 'postgres' : 'redis';
  }

  /** What every result of so many seconds says of where and when it was made. */
  madeIn(seconds: number): RunProvenance {
    const { machine, queue } = this;
    return { machine, stolenShare: this.stolenShare(), queue, seconds, at: new Date().toISOString() };
  }

  get answersFile(): string {
    return path.join(this.dataDir, 'answers.jsonl');
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

  /** Companies and wallets of their own for a scenario's load, which is not started yet. */
  async load(
    scenario: Scenario,
    { wallets, connections }: { readonly wallets: number; readonly connections: number },
    provider: ScenarioProvider | undefined = scenario.provider,
  ): Promise<StagedLoad> {
    const { baseUrl, adminApiKey } = this.engine;
    const first = scenario.companies === undefined ? await this.company(provider) : undefined;
    const companies =
      first === undefined ? await makeCompanies(baseUrl, adminApiKey, scenario.companies as number) : [first];
    const ids = companies.map(({ id }) => id);
    await seedWallets(this.client, ids, wallets);
    const apiKeys = companies.map(({ apiKey }) => apiKey);
    const { answersFile } = this;
    const shop = scenario.hasShop === true ? await this.shop(companies) : undefined;
    const order = { baseUrl, shop, apiKeys, scenario: scenario.name, wallets, connections, seconds: 0, answersFile };
    return { order, companyIds: ids, providerUrl: first?.providerUrl };
  }

  private async shop([company]: readonly BenchCompany[]): Promise<Shop | undefined> {
    if (company === undefined) return undefined;
    await this.client.query(GIVE_ADDRESSES, [company.id]);
    return openShop(this.engine.baseUrl, company);
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

  /** Stops the engine when nothing is under way, and starts it otherwise than before. */
  async restart(change: Pick<EngineOptions, 'env' | 'nodeOptions' | 'inModules'>): Promise<void> {
    await this.close();
    const { dataDir, database, redisUrl } = this;
    const databaseUrl = database.connectionString;
    this.current = await startEngine({ dataDir, databaseUrl, redisUrl, ...change }, this.teardown);
  }

  /** Resolves when every redemption has come to an end, or after two minutes: the audit reports those that haven't. */
  async settle(): Promise<void> {
    const deadline = performance.now() + SETTLE_MS;
    while (performance.now() < deadline) {
      const { rows } = await this.client.query<{ owed: boolean }>(IS_OWED);
      if (rows[0]?.owed !== true) return;
      await sleep(POLL_MS);
    }
  }

  /** Waits for what is under way, then stops the engine. @throws BenchFailure when it doesn't stop as it was asked to. */
  async close(): Promise<void> {
    await this.settle();
    await stopEngine(this.engine);
  }
}

async function connect(connectionString: string, teardown: Teardown): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  // A server that goes away fails the query under way; without a listener it would end the process as well.
  client.on('error', () => undefined);
  await teardown.own(
    () => client.connect(),
    () => client.end(),
  );
  return client;
}

/** On the project's own disk: the folder for temporary files may lie in memory, where a flush costs nothing. */
async function makeDataDir(): Promise<string> {
  const parent = path.join(projectFolder, '.cache');
  await mkdir(parent, { recursive: true });
  return mkdtemp(path.join(parent, 'bench-'));
}

async function redisFor(
  options: Pick<BenchOptions, 'ownRedis'>,
  dataDir: string,
  teardown: Teardown,
): Promise<string | undefined> {
  if (!options.ownRedis) return process.env['REDIS_URL'] === '' ? undefined : process.env['REDIS_URL'];
  const redis = await teardown.own(
    () => startOwnRedis(dataDir),
    (started) => started.stop(),
  );
  return redis.url;
}
