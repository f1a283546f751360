import pg from 'pg';
import { MisfitError } from '../projections/copy-rows.js';

/** The projections can't be rebuilt; the live ones are as they were. The message is one line for a person. */
export class RebuildError extends Error {
  override readonly name = 'RebuildError';
}

const UNIQUE_VIOLATION = '23505';
const TWICE = '21000';
const FORBIDDEN = '42501';

/** What went wrong in the words of a person who can mend it, where there is one. */
export function asRebuildError(error: unknown): unknown {
  const code = error instanceof pg.DatabaseError ? error.code : undefined;
  if (code === UNIQUE_VIOLATION || code === TWICE) {
    const where = (error as pg.DatabaseError).constraint ?? 'a projection';
    return new RebuildError(`Two events claim the same row (${where}): see what "audit verify" finds.`, {
      cause: error,
    });
  }
  if (code === FORBIDDEN) {
    return new RebuildError(
      'Only the role that owns the tables can do this: set DATABASE_MIGRATE_URL to its address.',
      {
        cause: error,
      },
    );
  }
  if (error instanceof MisfitError) {
    return new RebuildError(
      `An event names what no table can hold (${error.message}): see what "audit verify" finds.`,
      {
        cause: error,
      },
    );
  }
  return error;
}
