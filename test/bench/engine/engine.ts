import path from 'node:path';

import { ensureSecrets } from '#platform';

import { BenchFailure } from '../bench-failure.js';
import { distFolder } from '../places.js';
import { BenchProcess } from '../processes/bench-process.js';
import type { Teardown } from '../processes/teardown.js';

/** The engine under test: the very processes that run in production. */
export interface Engine {
  readonly baseUrl: string;
  readonly adminApiKey: string;
  readonly api: BenchProcess;
  readonly worker: BenchProcess;
}

export type Service = 'api' | 'worker';

export interface EngineOptions {
  readonly dataDir: string;
  readonly databaseUrl: string;
  /** Unset: the queue is in PostgreSQL. */
  readonly redisUrl: string | undefined;
  /** More settings for one of the processes. */
  readonly env?: Partial<Record<Service, Readonly<Record<string, string>>>>;
  readonly nodeOptions?: Partial<Record<Service, readonly string[]>>;
  /** Each module from a file of its own, so that a profile tells whose code it is. */
  readonly inModules?: boolean;
}

/** Settings that name where things are; others, LEDGER_LANES for instance, reach the engine, so that they can be compared. */
const NOT_INHERITED = ['DATABASE_DIRECT_URL', 'DATABASE_MIGRATE_URL', 'REDIS_URL', 'METRICS_PORT'];

export async function startEngine(options: EngineOptions, teardown: Teardown): Promise<Engine> {
  const { dataDir, databaseUrl, redisUrl } = options;
  const secrets = await ensureSecrets(dataDir);
  const adminApiKey = secrets.adminApiKey.reveal();
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.includes(name));
  const env = {
    ...Object.fromEntries(inherited),
    HOST: '127.0.0.1',
    PORT: '0',
    DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl,
    ADMIN_API_KEY: adminApiKey,
    ENCRYPTION_KEY: secrets.encryptionKey.reveal(),
    LOG_LEVEL: 'warn',
    // The scenarios' providers are on this machine.
    OUTGOING_ALLOW_PRIVATE: 'true',
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
  };
  const start = (app: Service, name: string) => {
    const script = options.inModules === true ? `apps/${app}/src/main.js` : `services/${app}.js`;
    const logFile = path.join(dataDir, `${app}.log`);
    return teardown.own(
      () =>
        new BenchProcess({
          name,
          script: path.join(distFolder, script),
          env: { ...env, ...options.env?.[app] },
          nodeOptions: options.nodeOptions?.[app],
          logFile,
        }),
      (started) => started.stop(),
    );
  };
  // The API is started last and so stopped first: what it waits for is settled by the worker.
  const worker = await start('worker', 'worker');
  const api = await start('api', 'API');
  const [, { port }] = await Promise.all([worker.ready, api.ready]);
  if (port === undefined) throw new BenchFailure('The API did not say which port it listens on.');
  return { baseUrl: `http://127.0.0.1:${port}`, adminApiKey, api, worker };
}

/** The API first. @throws BenchFailure when it doesn't stop as it was asked to. */
export async function stopEngine({ api, worker }: Engine): Promise<void> {
  for (const service of [api, worker]) {
    await service.assertRunning();
    await service.stop();
    if (!service.endedWell()) throw new BenchFailure('The engine did not stop as it was asked to.');
  }
}
