import { readMigrations } from './migrations-folder.js';
import { deployQueueTables } from './queue-tables.js';
import { withSchemaEngine } from './schema-engine.js';
import { grantToServices } from './service-role.js';

const FILTERS = { externalTables: [], externalEnums: [] };

export interface DeployOptions {
  /** Whether the queue is kept in this database: then its tables are brought up to date, too. */
  readonly queueTables?: boolean;
}

/**
 * Applies the migrations that the database lacks, in order, and grants the services' role what is new. Safe to run from several
 * processes at once: the engine takes an advisory lock.
 *
 * @param ownerUrl the role that owns the tables, or will.
 * @returns the names of those applied now; empty when there was nothing to do.
 * @throws MigrationError
 */
export async function deployMigrations(ownerUrl: string, options: DeployOptions = {}): Promise<string[]> {
  const migrationsList = await readMigrations();
  const { appliedMigrationNames } = await withSchemaEngine(ownerUrl, (engine) =>
    engine.applyMigrations({ migrationsList, filters: FILTERS }),
  );
  if (options.queueTables === true) await deployQueueTables(ownerUrl);
  await grantToServices(ownerUrl);
  return appliedMigrationNames;
}
