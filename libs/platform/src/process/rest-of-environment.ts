import { once } from 'node:events';

/** In the environment of a process to which the rest of it comes as a message. */
export const ENVIRONMENT_FOLLOWS = 'HOLDFAST_ENVIRONMENT_FOLLOWS';

/**
 * Waits for what the supervisor does not know yet when it starts this process, the database's address above all: so the code is loaded while the
 * database is made. Resolves at once in a process to which nothing follows; ends one whose supervisor ends before.
 */
export async function restOfEnvironment(): Promise<void> {
  if (process.env[ENVIRONMENT_FOLLOWS] === undefined || process.send === undefined) return;
  const end = (): void => process.exit(0);
  process.once('disconnect', end);
  const [rest] = (await once(process, 'message')) as [NodeJS.ProcessEnv];
  process.off('disconnect', end);
  Object.assign(process.env, rest);
}
