import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import {
  askAtStart,
  ConfigError,
  createLogger,
  createNestLogger,
  loadServiceConfig,
  pooledSettingsQuestions,
  StartRefusedError,
  type ServiceConfig,
} from '#platform';
import { holdKeysInUse } from '#platform/companies';
import { announceReady, restOfEnvironment, runUntilStopped } from '#platform/process';
import { openTracer } from '#platform/tracing';
import { WorkerModule } from './worker.module.js';

/** The worker as a process: settles what the API has accepted, until it is told to stop. */
async function main(config: ServiceConfig): Promise<void> {
  const logger = createLogger({ app: 'worker', level: config.logLevel });
  const giveUp = () => process.exit(1);
  await askAtStart({
    connectionString: config.database.url,
    questions: [...pooledSettingsQuestions(config.database), (client) => holdKeysInUse(client, config.encryptionKeys)],
    logger,
    onRefused: (error) => {
      tell(error);
      giveUp();
    },
  });
  const tracer = await openTracer(config, 'worker');
  // Nest declares its options as a class and takes any object of that shape.
  const app = await NestFactory.createApplicationContext(WorkerModule.register({ config, logger, giveUp, tracer }), {
    logger: createNestLogger(logger),
    abortOnError: false,
  });
  runUntilStopped(() => app.close());
  logger.info({ queue: config.redisUrl === undefined ? 'postgres' : 'redis' }, 'The worker takes due work.');
  announceReady();
}

function tell(error: unknown): void {
  console.error(error instanceof ConfigError || error instanceof StartRefusedError ? error.message : error);
}

try {
  await restOfEnvironment();
  await main(loadServiceConfig(process.env));
} catch (error) {
  tell(error);
  process.exit(1);
}
