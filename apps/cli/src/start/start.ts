import { ConfigError, loadConfig, SecretFileError, StartRefusedError } from '#platform';
import { EmbeddedPostgresError, explainDiskFault } from '#platform/embedded-postgres';
import { MigrationError } from '#platform/migrate';

import { StartFailure } from './start-failure.js';
import { Supervisor } from './supervisor.js';

/** Errors whose message is all that a person needs. */
const PLAIN = [ConfigError, EmbeddedPostgresError, MigrationError, SecretFileError, StartFailure, StartRefusedError];

/**
 * Runs everything on this machine until it is told to stop: the database unless there is one, the API and the worker. Ends the process:
 * with 0 after SIGINT or SIGTERM, with 1 and one line when it can't start.
 */
export async function start(): Promise<void> {
  const supervisor = new Supervisor();
  let interrupted = false;
  let starting: Promise<unknown> = Promise.resolve();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (interrupted) return;
      interrupted = true;
      void stopAfter(supervisor, () => starting, 0);
    });
  }
  const config = loadConfigOrExit();
  starting = supervisor.start(config);
  await starting.catch(async (error: unknown) => {
    if (interrupted) return;
    console.error(describe(explainDiskFault(error, config.dataDir)));
    await supervisor.stop();
    process.exit(1);
  });
}

/** A step that is under way when the signal comes may still start something, so the second round stops that. */
async function stopAfter(supervisor: Supervisor, starting: () => Promise<unknown>, exitCode: number): Promise<void> {
  await supervisor.stop();
  await starting().catch(() => undefined);
  await supervisor.stopRest();
  process.exit(exitCode);
}

function loadConfigOrExit() {
  try {
    return loadConfig(process.env);
  } catch (error) {
    console.error(describe(error));
    process.exit(1);
  }
}

function describe(error: unknown): unknown {
  return error instanceof Error && PLAIN.some((kind) => error instanceof kind) ? `holdfast: ${error.message}` : error;
}
