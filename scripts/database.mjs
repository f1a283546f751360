import { prepare } from './prepare.mjs';
import { PlainFailure, runMain } from './report-failure.mjs';
import { withTemporaryPostgres } from './with-temporary-postgres.mjs';

const commands = { check, new: writeNew, migrate };

await runMain(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (!Object.hasOwn(commands, name)) throw new PlainFailure(`Say one of: ${Object.keys(commands).join(', ')}.`);
  await prepare();
  const migrations = await import('../dist/libs/platform/src/migrate/index.js');
  try {
    await commands[name](migrations, ...args);
  } catch (error) {
    throw error instanceof migrations.MigrationError ? new PlainFailure(error.message) : error;
  }
});

/** Whether the migrations make exactly what prisma/schema.prisma says. */
async function check({ diffSchemaAgainstMigrations }) {
  const difference = await withTemporaryPostgres((postgres) =>
    diffSchemaAgainstMigrations(postgres.connectionString('postgres')),
  );
  if (difference !== undefined) {
    throw new PlainFailure(
      `prisma/schema.prisma and the migrations differ; "npm run db:new -- <name>" would write:\n${difference}`,
    );
  }
  console.log('The migrations make what prisma/schema.prisma says.');
}

/** Writes the migration that prisma/schema.prisma asks for. */
async function writeNew({ newMigration }, name) {
  if (name === undefined) throw new PlainFailure('Name the migration: npm run db:new -- add_reward_options');
  const file = await withTemporaryPostgres((postgres) => newMigration(postgres.connectionString('postgres'), name));
  console.log(file === undefined ? 'Nothing to migrate.' : `Written: ${file}\nSay in its first line why it exists.`);
}

/** Applies the migrations to a database of one's own, by its owner where that is another role. */
async function migrate({ deployMigrations }) {
  const { DATABASE_MIGRATE_URL, DATABASE_DIRECT_URL, DATABASE_URL } = process.env;
  const url = DATABASE_MIGRATE_URL || DATABASE_DIRECT_URL || DATABASE_URL;
  if (!url) throw new PlainFailure('Set DATABASE_URL to the database that is to be migrated.');
  const applied = await deployMigrations(url);
  console.log(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}`);
}
