import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { ensureSecrets, type Config } from '#platform';
import { deployMigrations } from '#platform/migrate';

import { lockDataDir } from './data-dir-lock.js';
import { ensureDemo } from './demo.js';
import { OwnDatabase } from './own-database.js';
import { checkPort } from './port-check.js';
import { rotateLog } from './rotate-log.js';
import { ServiceProcess } from './service-process.js';
import { welcome } from './welcome.js';

const APPS_DIR = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

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
    const databaseUrl = await this.startDatabase(config);
    await this.step(() => deployMigrations(config.database.migrateUrl?.reveal() ?? databaseUrl));
    const baseUrl = await this.startServices(config, {
      DATABASE_URL: databaseUrl,
      ADMIN_API_KEY: secrets.adminApiKey.reveal(),
      ENCRYPTION_KEY: secrets.encryptionKey.reveal(),
    });
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

  private async startDatabase(config: Config): Promise<string> {
    if (config.database.url !== undefined) return config.database.url.reveal();
    let connectionString = '';
    await this.step(async () => {
      const database = await OwnDatabase.start(config.dataDir, report);
      this.cleanups.push(() => database.stop());
      connectionString = database.connectionString;
      if (database.adopted) report('A database of an earlier start was still running and goes on.');
    });
    return connectionString;
  }

  /** @returns where the API listens. */
  private async startServices(config: Config, secrets: Record<string, string>): Promise<string> {
    const env = { OUTGOING_ALLOW_PRIVATE: 'true', ...process.env, ...secrets };
    const [worker, api] = await Promise.all(
      ['worker', 'api'].map(async (name) => {
        const logFile = path.join(config.dataDir, `${name}.log`);
        await rotateLog(logFile);
        const script = path.join(APPS_DIR, name, 'src', 'main.js');
        return new ServiceProcess({ name, script, env, logFile, onRestart: report });
      }),
    );
    let port = config.port;
    await this.step(async () => {
      const services = [worker, api].filter((service) => service !== undefined);
      // The API is put last so that it is stopped first: what it waits for is settled by the worker.
      for (const service of services) this.cleanups.push(() => service.stop());
      const [, ready] = await Promise.all(services.map((service) => service.start()));
      for (const service of services) service.keepRunning();
      port = ready?.port ?? port;
    });
    const host = ['0.0.0.0', '::'].includes(config.host) ? '127.0.0.1' : config.host;
    return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  /** Whatever a step starts is on record in `cleanups` when it ends. */
  private async step(work: () => Promise<unknown>): Promise<void> {
    if (this.stopped !== undefined) throw new Stopping();
    await work();
    if (this.stopped !== undefined) throw new Stopping();
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
