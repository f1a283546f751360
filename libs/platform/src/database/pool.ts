import type { Socket } from 'node:net';
import pg from 'pg';
import type { DatabaseConfig } from '../config/config.js';
import type { Logger } from '../logging/logger.js';
import { tellConnectionTrouble } from './connection-trouble.js';
import { sessionSettings, SERVICE_LIMITS, startupOptions, type TimeLimits } from './session-settings.js';

/**
 * How much longer than its own limit the server may stay silent. A machine that is lost closes no connection; without this, what
 * was asked of it would wait until TCP gives up, a quarter of an hour later.
 */
const SILENCE_MS = 2_000;

const POOLED_NAME = 'holdfast';

/** Where a pool leads. */
export type PoolDatabase = Pick<DatabaseConfig, 'url' | 'poolMax'> & Partial<Pick<DatabaseConfig, 'throughPooler'>>;

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
  /** Makes the socket of a connection, where it is not to be node-postgres' own. */
  readonly stream?: () => Socket;
}

/**
 * The one pool of a process, for the ledger and Prisma alike. Types are node-postgres' own: `bigint` columns come as decimal strings (make a
 * `BigInt` of them, never a number), `timestamptz` as a `Date`, which cuts microseconds to milliseconds: where they count, select
 * the time as text or take it from the event's bytes.
 *
 * The limits travel in the `options` start-up parameter, so no round trip sets them and no connection is without. They need PostgreSQL 17 or
 * later. Through a pooler nothing travels: there the role has what a service's sessions are to have (session-settings.ts), and what
 * `options` asks for is not heard.
 */
export function createPool(database: PoolDatabase, options: PoolOptions): pg.Pool {
  const { applicationName, logger, limits = SERVICE_LIMITS, max = database.poolMax, pipeline = false } = options;
  if (database.url === undefined) {
    throw new TypeError('A pool needs DATABASE_URL.');
  }
  const pool = new pg.Pool({
    connectionString: database.url.reveal(),
    // A pooler would set the name anew whenever a connection goes to another of our pools: one for all spares it that.
    application_name: database.throughPooler === true ? POOLED_NAME : applicationName,
    max,
    ...{ pipeline },
    ...(options.stream === undefined ? {} : { stream: options.stream }),
    connectionTimeoutMillis: 5_000,
    query_timeout: limits.transactionMs === 0 ? 0 : limits.transactionMs + SILENCE_MS,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...(database.throughPooler === true
      ? {}
      : { options: startupOptions(sessionSettings(limits, options.byIndexOnly === true)) }),
  });
  tellConnectionTrouble(pool);
  // A connection that breaks while it is lent out rejects the statement on the way, or the next one. It has this listener from its first
  // moment, for the server may end it in the same breath in which it lets it in; without one, that would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // Without a listener, a connection that breaks while nobody uses it would end the process.
  pool.on('error', (error) =>
    logger.warn({ err: error }, 'An idle database connection broke; the pool opens another.'),
  );
  return pool;
}
