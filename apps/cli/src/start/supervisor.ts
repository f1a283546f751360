import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { askOnce, ensureSecrets, KeyRing, Secret, type Config, type EnsuredSecrets } from '#platform';
import { holdKeysInUse } from '#platform/companies';
import { admitService, deployMigrations, giveServiceSettings } from '#platform/migrate';

import { lockDataDir } from './data-dir-lock.js';
import { ensureDemo } from './demo.js';
import { OwnDatabase } from './own-database.js';
import { checkPort } from './port-check.js';
import { rotateLog } from './rotate-log.js';
import { ServiceProcess } from './service-process.js';
import { welcome } from './welcome.js';

const SERVICES_DIR = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../../services');

interface Services {
  readonly worker: ServiceProcess;
  readonly api: ServiceProcess;
}

/** Brings everything up in order, and down in the opposite order. */
export class Supervisor {
  private readonly cleanups: (() => Promise<void> | void)[] = [];
  private stopped: Promise<void> | undefined;

  /** @throws what a person can mend as an error with one line: ConfigError, StartFailure, EmbeddedPostgresError, MigrationError. */
  async start(config: Config): Promise<void> {
    await this.step(async () => {
      const unlock = await lockDataDir(config.dataDir);
      this.cleanups.push(unlock);
    });
    await this.step(() => checkPort(config.host, config.port));
    const secrets = await ensureSecrets(config.dataDir, process.env);
    const services = await this.step(() => this.loadServices(config.dataDir, secrets));
    const databaseUrl = await this.startDatabase(config);
    const keys = KeyRing.parse(secrets.encryptionKey.reveal());
    await this.step(() => askOnce(new Secret(databaseUrl), [(client) => holdKeysInUse(client, keys)]));
    const baseUrl = await this.startServices(config, services, { DATABASE_URL: databaseUrl });
    await this.step(async () => {
      const adminApiKey = secrets.adminApiKey.reveal();
      const demo = await ensureDemo({ baseUrl, adminApiKey, dataDir: config.dataDir });
      console.log(
        welcome({
          baseUrl,
          demoApiKey: demo.apiKey,
          newAdminApiKey: secrets.made.includes('ADMIN_API_KEY') ? adminApiKey : undefined,
          dataDir: path.relative(process.cwd(), config.dataDir) || '.',
          database: config.database.url === undefined ? 'embedded PostgreSQL' : 'PostgreSQL at DATABASE_URL',
          queue: config.redisUrl === undefined ? 'queue in PostgreSQL' : 'queue in Redis',
          readyMs: performance.now(),
        }),
      );
    });
  }

  /** Stops what was started, last first; from now on nothing more is started. Always resolves. */
  stop(): Promise<void> {
    this.stopped ??= this.cleanUp();
    return this.stopped;
  }

  /** Stops what a step that was under way at `stop` has started since. */
  stopRest(): Promise<void> {
    return this.cleanUp();
  }

  /** @returns the migrated database's address for API and worker. */
  private async startDatabase({ database, dataDir, redisUrl }: Config): Promise<string> {
    const queueTables = redisUrl === undefined;
    if (database.url !== undefined) {
      const serviceUrl = database.url.reveal();
      const ownerUrl = database.migrateUrl?.reveal() ?? serviceUrl;
      await this.step(() => deployMigrations(ownerUrl, { queueTables }));
      await this.step(() => admitService(ownerUrl, serviceUrl));
      if (database.throughPooler) await this.step(() => giveServiceSettings(ownerUrl, serviceUrl));
      return serviceUrl;
    }
    const own = await this.step(async () => {
      const started = await OwnDatabase.start(dataDir, report);
      this.cleanups.push(() => started.stop());
      if (started.adopted) report('A database of an earlier start was still running and goes on.');
      return started;
    });
    await this.step(() => deployMigrations(own.ownerUrl, { queueTables }));
    return this.step(() => own.serviceUrl());
  }

  /** The services begin to load their code, which takes as long as the database takes to come up. */
  private async loadServices(
    dataDir: string,
    { adminApiKey, encryptionKey, checkpointKey }: EnsuredSecrets,
  ): Promise<Services> {
    const env = {
      OUTGOING_ALLOW_PRIVATE: 'true',
      ...process.env,
      ADMIN_API_KEY: adminApiKey.reveal(),
      ENCRYPTION_KEY: encryptionKey.reveal(),
      // Whoever serves has no business with the address of the tables' owner.
      DATABASE_MIGRATE_URL: '',
    };
    const load = async (name: string, own: NodeJS.ProcessEnv): Promise<ServiceProcess> => {
      const logFile = path.join(dataDir, `${name}.log`);
      await rotateLog(logFile);
      const script = path.join(SERVICES_DIR, `${name}.js`);
      const service = new ServiceProcess({ name, script, env: { ...env, ...own }, logFile, onRestart: report });
      this.cleanups.push(() => service.stop());
      service.load();
      return service;
    };
    // Whoever seals signs; the API only shows what was sealed.
    const worker = await load('worker', { CHECKPOINT_KEY: checkpointKey.reveal() });
    return { worker, api: await load('api', { CHECKPOINT_KEY: '' }) };
  }

  /** @returns where the API listens. */
  private async startServices(
    config: Config,
    { worker, api }: Services,
    rest: Readonly<Record<string, string>>,
  ): Promise<string> {
    let port = config.port;
    await this.step(async () => {
      // Both stop before the database does. The API is put last so that it is stopped first: what it waits for is settled by the worker.
      for (const service of [worker, api]) this.cleanups.push(() => service.stop());
      const [, ready] = await Promise.all([worker.start(rest), api.start(rest)]);
      for (const service of [worker, api]) service.keepRunning();
      port = ready.port ?? port;
    });
    const host = ['0.0.0.0', '::'].includes(config.host) ? '127.0.0.1' : config.host;
    return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  /** Whatever a step starts is on record in `cleanups` when it ends. */
  private async step<T>(work: () => Promise<T>): Promise<T> {
    if (this.stopped !== undefined) throw new Stopping();
    const result = await work();
    if (this.stopped !== undefined) throw new Stopping();
    return result;
  }

  private async cleanUp(): Promise<void> {
    for (let cleanup = this.cleanups.pop(); cleanup !== undefined; cleanup = this.cleanups.pop()) {
      try {
        await cleanup();
      } catch (error) {
        report(error instanceof Error ? error.message : String(error));
      }
    }
  }
}

class Stopping extends Error {
  override readonly name = 'Stopping';
}

function report(what: string): void {
  console.error(`holdfast: ${what}`);
}
