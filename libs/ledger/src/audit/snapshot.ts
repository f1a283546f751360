import { createPool, UNLIMITED, type Logger, type Secret, type TimeLimits } from '#platform';
import type pg from 'pg';

/** Where the audit reads; what threads are given, too. */
export interface AuditDatabase {
  /** Not through a pooler: a snapshot is shared between connections. */
  readonly url: Secret;
  readonly applicationName: string;
  readonly logger: Logger;
}

/** An audit of a great ledger leaves a connection idle for as long as another reads. */
const LIMITS: TimeLimits = { ...UNLIMITED, idleInTransactionMs: 0 };

const BEGIN = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
const EXPORT_SNAPSHOT = 'SELECT pg_export_snapshot() AS id';
const SNAPSHOT_ID = /^[0-9A-F-]{1,64}$/;

/** Opens `count` connections, each in a transaction that sees one and the same moment, for the time of `work`. */
export async function inSnapshot<T>(
  { url, applicationName, logger }: AuditDatabase,
  count: number,
  snapshotId: string | undefined,
  work: (clients: readonly pg.PoolClient[]) => Promise<T>,
): Promise<T> {
  const pool = createPool({ url, poolMax: count }, { applicationName, logger, limits: LIMITS });
  const clients: pg.PoolClient[] = [];
  try {
    for (let i = 0; i < count; i++) {
      const client = await pool.connect();
      clients.push(client);
      await client.query(BEGIN);
      if (snapshotId !== undefined) await client.query(takeSnapshot(snapshotId));
    }
    return await work(clients);
  } finally {
    // The transactions have written nothing: they end with their connections, in the middle of a statement if need be.
    for (const client of clients) client.release(true);
    await pool.end();
  }
}

/** The name under which other connections find this one's snapshot, while its transaction lasts. */
export async function exportSnapshot(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ id: string }>(EXPORT_SNAPSHOT);
  return rows[0]?.id ?? '';
}

/** This statement takes no parameters; the server made the id. */
function takeSnapshot(id: string): string {
  if (!SNAPSHOT_ID.test(id)) throw new TypeError('A snapshot has the id that the server gave it.');
  return `SET TRANSACTION SNAPSHOT '${id}'`;
}
