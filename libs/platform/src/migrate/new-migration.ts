import { diffSchemaAgainstMigrations } from './diff-schema.js';
import { MigrationError } from './migration-error.js';
import { writeMigration } from './migrations-folder.js';

const NAME = /^[a-z0-9]+(_[a-z0-9]+)*$/;

/**
 * Writes the migration that leads from those on record to `prisma/schema.prisma`, in one transaction, with room for its reason on top.
 *
 * @param name lower case with underscores, as in `add_reward_options`.
 * @returns the file, undefined when there is nothing to migrate.
 * @throws MigrationError
 */
export async function newMigration(connectionString: string, name: string): Promise<string | undefined> {
  if (!NAME.test(name)) {
    throw new MigrationError(
      `"${name}" can't name a migration: use lower-case words with underscores, as in add_reward_options.`,
    );
  }
  const sql = await diffSchemaAgainstMigrations(connectionString);
  if (sql === undefined) return undefined;
  const withReason = `-- Why this migration exists: say it here before committing.\n\nBEGIN;\n\n${sql.trim()}\n\nCOMMIT;\n`;
  return writeMigration(name, new Date(), withReason);
}
