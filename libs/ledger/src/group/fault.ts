import pg from 'pg';

/** SQLSTATE classes 22 and 23: some command's data can't be stored. Everything else is the world's. */
export function isDataError(error: unknown): boolean {
  return (
    error instanceof pg.DatabaseError &&
    (error.code?.startsWith('22') === true || error.code?.startsWith('23') === true)
  );
}

/** Times a group is tried in all before its callers are told that the ledger can't be reached: about four seconds. */
export const TRIES_MAX = 9;

/** How long a group waits before it is tried again. Jittered, so that groups that collided don't meet again. */
export const RETRY_BACKOFF = { firstMs: 25, maxMs: 1_000 } as const;
