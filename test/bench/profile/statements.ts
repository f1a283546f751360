import type pg from 'pg';

/** What the server has to be started with, so that it knows what each statement took. */
export const STATEMENT_SETTINGS = { shared_preload_libraries: 'pg_stat_statements' } as const;

const BEGIN_COUNTING = `CREATE EXTENSION IF NOT EXISTS pg_stat_statements`;
const FORGET = `SELECT pg_stat_statements_reset()`;

/** Statements of the services alone, the longest first. */
const READ = `
  SELECT regexp_replace(query, '\\s+', ' ', 'g') AS text, calls::int, rows::int, total_exec_time AS ms, wal_bytes::float8 AS wal
  FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
  WHERE d.datname = current_database() AND query !~ 'pg_stat_statements'
  ORDER BY total_exec_time DESC`;

/** What a statement took over all its calls. */
export interface StatementCost {
  readonly text: string;
  readonly calls: number;
  readonly rows: number;
  /** Milliseconds of the server, waits included. */
  readonly ms: number;
  readonly walBytes: number;
}

/** From now on. */
export async function countStatements(client: pg.Client): Promise<void> {
  await client.query(BEGIN_COUNTING);
  await client.query(FORGET);
}

export async function readStatements(client: pg.Client): Promise<readonly StatementCost[]> {
  const { rows } = await client.query<{ text: string; calls: number; rows: number; ms: number; wal: number }>(READ);
  return rows.map(({ wal, ...row }) => ({ ...row, text: row.text.trim(), walBytes: wal }));
}
