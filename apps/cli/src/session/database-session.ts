import {
  createLogger,
  createPool,
  createPrepare,
  directDatabase,
  type Config,
  type Logger,
  type Prepare,
  type Secret,
} from '#platform';
import { createPrisma, type PrismaClient } from '#platform/prisma';
import type pg from 'pg';
import { CliFailure } from '../failure/cli-failure.js';
import { findDatabase, readConfig, type FoundDatabase } from './cli-config.js';
import { placeOf, reachDatabase } from './reach-database.js';

export const APPLICATION_NAME = 'holdfast-cli';
/** One for the command, one for what it waits beside. */
const CONNECTIONS_MAX = 2;

/** Tells a database that was never migrated from one out of reach. */
const HAS_TABLES = `SELECT to_regclass('flagged_redemption') IS NOT NULL AS "hasTables"`;

/** A connection to the engine's database for the time of one command. */
export interface DatabaseSession {
  readonly config: Config & { readonly database: FoundDatabase };
  readonly logger: Logger;
  readonly pool: pg.Pool;
  readonly prepare: Prepare;
  readonly prisma: PrismaClient;
}

/** @throws CliFailure when there is no database, it can't be reached or has no tables. */
export async function withDatabase<T>(work: (session: DatabaseSession) => Promise<T>): Promise<T> {
  const read = readConfig();
  // A person's command may take longer than a service's statements, and is not so frequent that it needs a pooler.
  const database = directDatabase(await findDatabase(read));
  const config = { ...read, database };
  const logger = cliLogger();
  const pool = createPool(database, { applicationName: APPLICATION_NAME, logger, max: CONNECTIONS_MAX });
  const prisma = createPrisma(pool);
  try {
    await checkTables(pool, database.url);
    return await work({ config, logger, pool, prepare: createPrepare(database), prisma });
  } finally {
    await prisma.$disconnect();
    await pool.end();
  }
}

/** Standard output is the command's, and what goes wrong is told by the one line it ends with. */
export function cliLogger(): Logger {
  return createLogger({ app: 'cli', level: 'fatal', destination: process.stderr });
}

async function checkTables(pool: pg.Pool, url: Secret): Promise<void> {
  const found = await reachDatabase<{ hasTables: boolean }>(pool, url, HAS_TABLES);
  if (found?.hasTables === true) return;
  throw new CliFailure(`The database at ${placeOf(url)} lacks Holdfast’s tables: run "npm run holdfast -- migrate".`);
}
