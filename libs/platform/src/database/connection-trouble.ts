import type pg from 'pg';

/** SQLSTATE `connection_failure`. */
const CONNECTION_FAILURE = '08006';

/** No connection could be had, or the one there was broke: nobody's mistake, and it passes. */
export class ConnectionTrouble extends Error {
  override readonly name = 'ConnectionTrouble';
  readonly code = CONNECTION_FAILURE;

  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

/**
 * Whatever a pool says of its connections comes as a plain `Error` without a code: that none was free in time, that one was ended, that the
 * server fell silent. The server's own errors have a code, mistakes of the program a type.
 */
function tellApart(error: unknown): unknown {
  return error instanceof Error && error.name === 'Error' && !('code' in error) ? new ConnectionTrouble(error) : error;
}

type Callback = (error: unknown, client?: pg.PoolClient, done?: () => void) => void;

/** Makes a pool tell trouble with its connections by a code, as everything else is told. */
export function tellConnectionTrouble(pool: pg.Pool): void {
  const connect = pool.connect.bind(pool) as (callback?: Callback) => Promise<pg.PoolClient>;
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<unknown> | undefined;
  const told = (error: unknown): never => {
    throw tellApart(error);
  };
  // The pool's own queries take a connection by callback, everybody else waits for it.
  const connectAndTell = (callback?: Callback) =>
    callback === undefined
      ? connect().catch(told)
      : connect((error, client, done) => callback(error === undefined ? error : tellApart(error), client, done));
  Object.assign(pool, {
    connect: connectAndTell,
    query: (...args: unknown[]) => query(...args)?.catch(told),
  });
}
