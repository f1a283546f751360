import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import pg from 'pg';

const SCHEMA = 'bullmq';
const READ_COMMENT = `SELECT obj_description(to_regnamespace('${SCHEMA}'), 'pg_namespace') AS comment`;

/**
 * Makes or updates the tables of the queue in PostgreSQL, by their owner, so that the worker's role need not. Which release they are
 * for stands as a comment on their schema: BullMQ, which takes half a second to load, is loaded only where it is another one.
 */
export async function deployQueueTables(ownerUrl: string): Promise<void> {
  const release = `bullmq ${await installedVersion()}`;
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'holdfast-migrate' });
  await client.connect();
  try {
    const { rows } = await client.query<{ comment: string | null }>(READ_COMMENT);
    if (rows[0]?.comment === release) return;
    const { runMigrations } = await import('bullmq');
    await runMigrations(client, SCHEMA);
    await client.query(`COMMENT ON SCHEMA ${SCHEMA} IS ${client.escapeLiteral(release)}`);
  } finally {
    await client.end();
  }
}

async function installedVersion(): Promise<string> {
  const file = createRequire(import.meta.url).resolve('bullmq/package.json');
  return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version;
}
