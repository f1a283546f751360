import type { Secret } from '#platform';
import type pg from 'pg';
import { CliFailure } from '../failure/cli-failure.js';

/** The first question to a database, where a wrong address or password shows. @throws CliFailure when it gives no answer */
export async function reachDatabase<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  url: Secret,
  question: string,
): Promise<Row | undefined> {
  try {
    return (await pool.query<Row>(question)).rows[0];
  } catch (error) {
    throw new CliFailure(
      `The database at ${placeOf(url)} can't be reached${reasonOf(error)}: check that it runs, and its address.`,
      { cause: error },
    );
  }
}

/** An address without its user and password. */
export function placeOf(url: Secret): string {
  const { host, pathname } = new URL(url.reveal());
  return `${host}${pathname}`;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? ` (${code})` : '';
}
