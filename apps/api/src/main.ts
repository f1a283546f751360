import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  askAtStart,
  ConfigError,
  createLogger,
  loadServiceConfig,
  pooledSettingsQuestions,
  StartRefusedError,
  type Logger,
  type ServiceConfig,
} from '#platform';
import { holdKeysInUse } from '#platform/companies';
import { announceReady, restOfEnvironment, runUntilStopped } from '#platform/process';
import { openTracer } from '#platform/tracing';
import { createApi } from './create-api.js';
import { openEngine } from './engine/engine.js';
import { Metrics } from './metrics/metrics.js';

/**
 * Connections that may wait to be taken. With Node's 511 a crowd that comes while the process is busy for a moment is dropped by the system, and
 * tries again only after one, three and seven seconds; the system's own limit (net.core.somaxconn, 4096) is the one that should count.
 */
const BACKLOG = 4_096;
/** What is in flight may take so long to finish; whoever stops us waits a little longer before pulling the plug. */
const DRAIN_MS = 12_000;

async function main(config: ServiceConfig, logger: Logger): Promise<void> {
  await askAtStart({
    connectionString: config.database.url,
    questions: [...pooledSettingsQuestions(config.database), (client) => holdKeysInUse(client, config.encryptionKeys)],
    logger,
    onRefused: giveUp,
  });
  const tracer = await openTracer(config, 'api');
  const metrics = new Metrics(tracer);
  const engine = openEngine({ config, logger, observer: metrics.ledgerObserver });
  const { app } = await createApi(engine, metrics, { documentation: true, tracer });
  await app.listen({ port: config.port, host: config.host, backlog: BACKLOG });
  const address = app.getHttpServer().address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  runUntilStopped(async () => {
    const drained = await Promise.race([app.close().then(() => true), sleep(DRAIN_MS, false)]);
    if (!drained) logger.warn('Some requests were still waiting for their outcome when the program stopped.');
    await Promise.race([engine.close(), sleep(1_000)]);
    await tracer?.close();
  });
  logger.info({ host: config.host, port }, 'The API listens.');
  announceReady({ port });
}

function readConfig(): ServiceConfig {
  try {
    return loadServiceConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

function giveUp(error: unknown): never {
  if (error instanceof StartRefusedError) console.error(error.message);
  else logger.fatal({ err: error }, 'The API could not start.');
  process.exit(1);
}

await restOfEnvironment();
const config = readConfig();
const logger = createLogger({ app: 'api', level: config.logLevel });
main(config, logger).catch(giveUp);
