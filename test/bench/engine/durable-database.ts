import pg from 'pg';

import { ensureDatabase, startEmbeddedPostgres, type EmbeddedPostgres } from '#platform/embedded-postgres';
import { deployMigrations } from '#platform/migrate';

import { BenchFailure } from '../bench-failure.js';
import type { Teardown } from '../processes/teardown.js';

const DATABASE = 'holdfast';

/** What must be on for a committed transaction to survive the machine, and what a reader of the figures wants to know besides. */
const DURABLE = ['fsync', 'synchronous_commit', 'full_page_writes'];
const TOLD = [...DURABLE, 'server_version', 'shared_buffers', 'max_wal_size', 'max_connections'];

const SHOW_SETTINGS = `SELECT name, current_setting(name) AS value FROM pg_settings WHERE name = ANY($1)`;

export interface DurableDatabase {
  readonly server: EmbeddedPostgres;
  readonly connectionString: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** The database that `npm start` would bring, migrated, with more of its settings where somebody looks on. @throws BenchFailure when it isn't durable: its figures would mean nothing. */
export async function startDurableDatabase(
  dataDir: string,
  teardown: Teardown,
  more: Readonly<Record<string, string>> = {},
): Promise<DurableDatabase> {
  const server = await teardown.own(
    () => startEmbeddedPostgres({ dataDir, settings: more }),
    (started) => started.stop(),
  );
  await ensureDatabase(server.connectionString('postgres'), DATABASE);
  const connectionString = server.connectionString(DATABASE);
  await deployMigrations(connectionString);
  const settings = await readSettings(connectionString);
  const off = DURABLE.filter((name) => settings[name] !== 'on');
  if (off.length > 0)
    throw new BenchFailure(`PostgreSQL is not durable, so nothing is measured: ${off.join(', ')} off.`);
  return { server, connectionString, settings };
}

async function readSettings(connectionString: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; value: string }>(SHOW_SETTINGS, [TOLD]);
    return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  } finally {
    await client.end();
  }
}
