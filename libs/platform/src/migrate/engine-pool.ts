import pg from 'pg';

/** A migration takes as long as it takes, whatever its role is otherwise bound by. */
const UNBOUNDED = '-c statement_timeout=0 -c transaction_timeout=0';

/** PostgreSQL's internal one-byte type `"char"`, and its array (`pg_type.dat`). */
const CHAR_OID = 18;
const CHAR_ARRAY_OID = 1002;

/**
 * A pool of one connection, so that a lock taken by the engine and the statements under it share a session.
 *
 * Prisma's adapter refuses columns of the type `"char"`, which the engine reads from the system tables. They are reported as its array,
 * which the adapter knows and no system table that the engine reads has; `SchemaEngineAdapter` turns that into a character again.
 */
export function enginePool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 1, application_name: 'holdfast-migrate', options: UNBOUNDED });
  const query = pool.query.bind(pool) as (config: pg.QueryArrayConfig) => Promise<pg.QueryArrayResult>;
  pool.query = (async (config: pg.QueryArrayConfig) => {
    const result = await query(config);
    for (const field of result.fields) if (field.dataTypeID === CHAR_OID) field.dataTypeID = CHAR_ARRAY_OID;
    return result;
  }) as typeof pool.query;
  return pool;
}
