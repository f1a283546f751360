import type { Command } from 'commander';
import { createPool, type Secret } from '#platform';
import { admitService, deployMigrations, giveServiceSettings } from '#platform/migrate';
import { JSON_FLAG, type JsonOption } from '../options.js';
import { print } from '../output/print.js';
import { findDatabase, readConfig } from '../session/cli-config.js';
import { APPLICATION_NAME, cliLogger } from '../session/database-session.js';
import { reachDatabase } from '../session/reach-database.js';

export function addMigrateCommand(parent: Command): void {
  parent
    .command('migrate')
    .description('Bring the database to this version: apply the migrations it lacks.')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
Runs as the role of DATABASE_MIGRATE_URL, else of DATABASE_DIRECT_URL, else of DATABASE_URL. Where the first is set, the role
of DATABASE_URL is made if it is missing and may do what API and worker need: of events, insert and read them, nothing else.
Where DATABASE_URL leads through a pooler, it is given the settings of a service's sessions as well.
Safe to run from several machines at once, and again.

Examples:
  $ npm run holdfast -- migrate
  $ node dist/apps/cli/src/main.js migrate        # in the container image`,
    )
    .action(migrate);
}

async function migrate(options: JsonOption): Promise<void> {
  const config = readConfig();
  const database = await findDatabase(config);
  const ownerUrl = database.migrateUrl.reveal();
  await checkReach(database.migrateUrl);
  const applied = await deployMigrations(ownerUrl, { queueTables: config.redisUrl === undefined });
  await admitService(ownerUrl, database.url.reveal());
  if (database.throughPooler) await giveServiceSettings(ownerUrl, database.url.reveal());
  print(options, { applied }, () =>
    applied.length === 0 ? 'The database is at this version already.\n' : `Applied: ${applied.join(', ')}\n`,
  );
}

/** The schema engine says the same in five lines. */
async function checkReach(url: Secret): Promise<void> {
  const pool = createPool({ url, poolMax: 1 }, { applicationName: APPLICATION_NAME, logger: cliLogger(), max: 1 });
  try {
    await reachDatabase(pool, url, 'SELECT 1');
  } finally {
    await pool.end();
  }
}
