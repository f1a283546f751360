import type { Command } from 'commander';
import { deployMigrations } from '#platform/migrate';
import { JSON_FLAG, type JsonOption } from '../options.js';
import { print } from '../output/print.js';
import { findDatabase, readConfig } from '../session/cli-config.js';

export function addMigrateCommand(parent: Command): void {
  parent
    .command('migrate')
    .description('Bring the database to this version: apply the migrations it lacks.')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
Runs as the role of DATABASE_MIGRATE_URL, else of DATABASE_DIRECT_URL, else of DATABASE_URL. Safe to run from several
machines at once, and again.

Examples:
  $ npm run holdfast -- migrate
  $ node dist/apps/cli/src/main.js migrate        # in the container image`,
    )
    .action(migrate);
}

async function migrate(options: JsonOption): Promise<void> {
  const { migrateUrl } = await findDatabase(readConfig());
  const applied = await deployMigrations(migrateUrl.reveal());
  print(options, { applied }, () =>
    applied.length === 0 ? 'The database is at this version already.\n' : `Applied: ${applied.join(', ')}\n`,
  );
}
