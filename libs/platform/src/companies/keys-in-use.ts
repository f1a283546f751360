import pg from 'pg';
import type { Secret } from '../config/index.js';
import type { KeyRing } from '../crypto/index.js';
import type { Logger } from '../logging/index.js';

const CONNECT_MS = 5_000;
const RETRY_MS = 5_000;

/** Plan: the whole table, which has a row for each key there ever was. */
const READ = `SELECT id FROM encryption_key ORDER BY id`;
const NOTE = `INSERT INTO encryption_key (id) VALUES ($1) ON CONFLICT DO NOTHING`;

/** A start would leave codes that nobody could read. The message is one line for a person. */
export class MissingKeyError extends Error {
  override readonly name = 'MissingKeyError';
}

/**
 * Notes the key that this process will seal under, and makes sure that it has every key that any process ever noted: codes and secrets
 * sealed under one that is gone could not be read again. To be called before anything is sealed. A key counts as used from then on.
 *
 * @throws MissingKeyError
 */
export async function holdKeysInUse(client: Pick<pg.ClientBase, 'query'>, ring: KeyRing): Promise<void> {
  const { rows } = await client.query<{ id: string }>(READ);
  const used = rows.map(({ id }) => id);
  const missing = ring.missing(used).map((id) => `"${id}"`);
  if (missing.length > 0) {
    throw new MissingKeyError(
      `ENCRYPTION_KEY lacks ${missing.join(', ')}: voucher codes in this database can't be read without. Put it back, at the end of the list.`,
    );
  }
  if (!used.includes(ring.primaryId)) await client.query(NOTE, [ring.primaryId]);
}

export interface KeyGuard {
  readonly connectionString: Secret;
  readonly ring: KeyRing;
  readonly logger: Pick<Logger, 'warn'>;
  /** Called when the database could be asked only later, and named a key that is missing. */
  readonly onMissing: (error: unknown) => void;
}

/**
 * `holdKeysInUse` for a program that may start before its database: what can't be asked yet is asked again until there is an answer.
 *
 * @throws MissingKeyError
 */
export async function guardKeysInUse(guard: KeyGuard): Promise<void> {
  try {
    await holdKeysAt(guard.connectionString, guard.ring);
  } catch (error) {
    if (error instanceof MissingKeyError) throw error;
    guard.logger.warn({ err: error }, 'Whether all encryption keys are there could not be seen yet.');
    setTimeout(() => void guardKeysInUse(guard).catch(guard.onMissing), RETRY_MS).unref();
  }
}

/** `holdKeysInUse` on a connection of its own. @throws MissingKeyError */
export async function holdKeysAt(connectionString: Secret, ring: KeyRing): Promise<void> {
  const client = new pg.Client({
    connectionString: connectionString.reveal(),
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
  });
  // A connection that breaks rejects the query in hand; the event besides would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await holdKeysInUse(client, ring);
  } finally {
    await client.end();
  }
}
