/**
 * What `pg_locks` shows of the database one is connected to, to select from. The server shows the locks of all its databases, other tests' among
 * them, whose tables have the very same numbers: all are copies of one.
 */
export const LOCKS_HERE = `
  (SELECT * FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS lock`;
