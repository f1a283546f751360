import { readMigrations, readSchema } from './migrations-folder.js';
import { withSchemaEngine } from './schema-engine.js';

const FILTERS = { externalTables: [], externalEnums: [] };
const DIFFERENT = 2;

/**
 * Compares what the migrations make, in a shadow database on the same server, with what `prisma/schema.prisma` says.
 *
 * @param connectionString any database of a server on which databases may be made; it is left as it is.
 * @returns the SQL that leads from the one to the other, undefined when they agree.
 * @throws MigrationError
 */
export async function diffSchemaAgainstMigrations(connectionString: string): Promise<string | undefined> {
  const [migrations, schema] = await Promise.all([readMigrations(), readSchema()]);
  const difference = await withSchemaEngine(connectionString, (engine) =>
    engine.diff({
      from: { tag: 'migrations', ...migrations },
      to: { tag: 'schemaDatamodel', files: [schema] },
      script: true,
      exitCode: true,
      filters: FILTERS,
    }),
  );
  return difference.exitCode === DIFFERENT ? (difference.stdout ?? '') : undefined;
}
