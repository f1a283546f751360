import { readMigrations } from './migrations-folder.js';
import { withSchemaEngine } from './schema-engine.js';

const FILTERS = { externalTables: [], externalEnums: [] };

/**
 * Applies the migrations that the database lacks, in order. Safe to run from several processes at once: the engine takes an advisory lock.
 *
 * @returns the names of those applied now; empty when there was nothing to do.
 * @throws MigrationError
 */
export async function deployMigrations(connectionString: string): Promise<string[]> {
  const migrationsList = await readMigrations();
  const { appliedMigrationNames } = await withSchemaEngine(connectionString, (engine) =>
    engine.applyMigrations({ migrationsList, filters: FILTERS }),
  );
  return appliedMigrationNames;
}
