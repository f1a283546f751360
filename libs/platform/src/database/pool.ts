import pg from 'pg';
import type { DatabaseConfig } from '../config/config.js';
import type { Logger } from '../logging/logger.js';

/** How long the server lets one of our transactions go on, in milliseconds; 0 means without end. */
export interface TimeLimits {
  readonly statementMs: number;
  readonly lockMs: number;
  readonly transactionMs: number;
  /** How long an open transaction may wait for its next statement: a frozen process must not keep its locks. */
  readonly idleInTransactionMs: number;
}

export const SERVICE_LIMITS: TimeLimits = Object.freeze({
  statementMs: 5_000,
  lockMs: 2_000,
  transactionMs: 10_000,
  idleInTransactionMs: 5_000,
});

/** For a person's command that reads everything, such as an audit. */
export const UNLIMITED: TimeLimits = Object.freeze({
  statementMs: 0,
  lockMs: 10_000,
  transactionMs: 0,
  idleInTransactionMs: 60_000,
});

/**
 * How much longer than its own limit the server may stay silent. A machine that is lost closes no connection; without this, what
 * was asked of it would wait until TCP gives up, a quarter of an hour later.
 */
const SILENCE_MS = 2_000;

export interface PoolOptions {
  /** Shown in `pg_stat_activity`: `holdfast-api`, `holdfast-worker`, `holdfast-cli`. */
  readonly applicationName: string;
  readonly logger: Logger;
  readonly limits?: TimeLimits;
  /** Less than `database.poolMax` where a process needs fewer. */
  readonly max?: number;
  /** Statements are sent without waiting for the answer to the one before: the ledger's pool, and no other. */
  readonly pipeline?: boolean;
  /**
   * Every statement finds its rows through an index, whatever the statistics say. A new database has none, and a plan that is
   * kept from then reads whole tables until the first ANALYZE: thousands of redemptions later. For statements that are
   * written to be nested loops over primary keys.
   */
  readonly byIndexOnly?: boolean;
}

/**
 * The one pool of a process, for the ledger and Prisma alike. Types are node-postgres' own: `bigint` columns come as decimal strings (make a
 * `BigInt` of them, never a number), `timestamptz` as a `Date`, which cuts microseconds to milliseconds: where they count, select
 * the time as text or take it from the event's bytes.
 *
 * The limits travel in the `options` start-up parameter, so no round trip sets them and no connection is without. They need PostgreSQL 17 or
 * later. A PgBouncer that refuses the parameter needs `ignore_startup_parameters = options` and the limits at the role.
 */
export function createPool(database: Pick<DatabaseConfig, 'url' | 'poolMax'>, options: PoolOptions): pg.Pool {
  const { applicationName, logger, limits = SERVICE_LIMITS, max = database.poolMax, pipeline = false } = options;
  if (database.url === undefined) {
    throw new TypeError('A pool needs DATABASE_URL.');
  }
  const pool = new pg.Pool({
    connectionString: database.url.reveal(),
    application_name: applicationName,
    max,
    ...{ pipeline },
    connectionTimeoutMillis: 5_000,
    query_timeout: limits.transactionMs === 0 ? 0 : limits.transactionMs + SILENCE_MS,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    options: startupOptions(limits, options.byIndexOnly === true),
  });
  // A connection that breaks while it is lent out rejects the statement on the way, or the next one. It has this listener from its first
  // moment, for the server may end it in the same breath in which it lets it in; without one, that would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // Without a listener, a connection that breaks while nobody uses it would end the process.
  pool.on('error', (error) =>
    logger.warn({ err: error }, 'An idle database connection broke; the pool opens another.'),
  );
  return pool;
}

const BY_INDEX_ONLY = ['enable_seqscan=off', 'enable_hashjoin=off', 'enable_mergejoin=off'];

function startupOptions(limits: TimeLimits, byIndexOnly: boolean): string {
  return [
    ...(byIndexOnly ? BY_INDEX_ONLY : []),
    `statement_timeout=${limits.statementMs}`,
    `lock_timeout=${limits.lockMs}`,
    `transaction_timeout=${limits.transactionMs}`,
    `idle_in_transaction_session_timeout=${limits.idleInTransactionMs}`,
  ]
    .map((setting) => `-c ${setting}`)
    .join(' ');
}
