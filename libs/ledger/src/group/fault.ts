import { setTimeout as sleep } from 'node:timers/promises';
import { InvariantViolation, MalformedRecord } from '#domain';
import { backoffMs, SealBrokenError } from '#platform';
import pg from 'pg';
import { LedgerError } from '../ledger-error.js';

/**
 * Some command's data can't be stored (SQLSTATE classes 22 and 23), or what is stored of its redemption or its pool can't be read: it fails
 * again however often it is tried, and its neighbours in the group must not wait for that. Everything else is the world's.
 */
export function isDataError(error: unknown): boolean {
  if (error instanceof pg.DatabaseError)
    return error.code?.startsWith('22') === true || error.code?.startsWith('23') === true;
  return error instanceof MalformedRecord || error instanceof SealBrokenError || error instanceof InvariantViolation;
}

/**
 * Times a group is tried in all before its callers are told that the ledger can't be reached. The pauses before the second to the ninth try
 * come to 1.8 to 3.6 seconds (`RETRY_BACKOFF`: 25 ms doubled up to a second, each halved by chance), besides what the tries take.
 */
const TRIES_MAX = 9;

/** How long a group waits before it is tried again. Jittered, so that groups that collided don't meet again. */
const RETRY_BACKOFF = { firstMs: 25, maxMs: 1_000 } as const;

/**
 * Tries a transaction until the world lets it through, a bounded number of times. It must write the same however often it runs, since a try
 * whose COMMIT was not answered may stand.
 *
 * @throws errors of data at once, as they are; LedgerError LEDGER_UNAVAILABLE when the world has not let it through.
 */
export async function untilItPasses<Result>(
  attempt: () => Promise<Result>,
  onRetry: (error: unknown, tries: number) => void,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (isDataError(error)) throw error;
      onRetry(error, tries);
      if (tries >= TRIES_MAX) throw new LedgerError('LEDGER_UNAVAILABLE', { cause: error, retryAfterMs: 1_000 });
      await sleep(backoffMs(tries, RETRY_BACKOFF));
    }
  }
}
