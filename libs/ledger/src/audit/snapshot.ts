import { createPool, UNLIMITED, type Logger, type Secret, type TimeLimits } from '#platform';
import type pg from 'pg';
import { LendingSocket } from '../feed/lending-socket.js';

/** Where the audit reads; what threads are given, too. */
export interface AuditDatabase {
  /** Not through a pooler: a snapshot is shared between connections. */
  readonly url: Secret;
  readonly applicationName: string;
  readonly logger: Logger;
}

/** A connection in a transaction that sees one moment for as long as it lasts. */
export interface Snapshot {
  readonly client: pg.ClientBase;
  close(): Promise<void>;
}

/** An audit of a great ledger leaves a connection idle for as long as others work. */
const LIMITS: TimeLimits = { ...UNLIMITED, idleInTransactionMs: 0 };

const BEGIN = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
const EXPORT_SNAPSHOT = 'SELECT pg_export_snapshot() AS id';
const SNAPSHOT_ID = /^[0-9A-F-]{1,64}$/;

/** Opens a connection that sees what it sees now, or what the snapshot of this id shows. */
export async function openSnapshot(
  { url, applicationName, logger }: AuditDatabase,
  snapshotId?: string,
): Promise<Snapshot> {
  const pool = createPool(
    { url, poolMax: 1 },
    { applicationName, logger, limits: LIMITS, stream: () => new LendingSocket() },
  );
  let client: pg.PoolClient | undefined;
  // The transaction has written nothing: it ends with its connection, in the middle of a statement if need be.
  const close = async (): Promise<void> => {
    client?.release(true);
    await pool.end();
  };
  try {
    client = await pool.connect();
    await client.query(BEGIN);
    if (snapshotId !== undefined) await client.query(takeSnapshot(snapshotId));
    return { client, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens a connection that sees one moment, for the time of `work`. */
export async function inSnapshot<T>(database: AuditDatabase, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  const snapshot = await openSnapshot(database);
  try {
    return await work(snapshot.client);
  } finally {
    await snapshot.close();
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
