import type pg from 'pg';
import { uuidV7 } from '#platform';

/** How a writer makes sure that it is alone on its wallets. */
export type LockKind = 'advisory' | 'row';

const ADVISORY_LOCKS = `
  SELECT count(pg_advisory_xact_lock(hashtextextended(w, 0))) FROM unnest($2::text[]) w WHERE $1::int IS NOT NULL`;

/** Locking a row takes a transaction id at once, before the locks of the wallets behind it are to be had. */
const ROW_LOCKS = `SELECT id FROM wallet WHERE company_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id FOR UPDATE`;

const APPEND = `
  WITH moved AS (
    UPDATE wallet SET version = version + 1 WHERE company_id = $1 AND id = ANY ($2::uuid[]) RETURNING id, version
  )
  INSERT INTO event (company_id, wallet_id, version, event_id, type, occurred_at, body, hash, available_after, reserved_after,
                     burned_after)
  SELECT $1, id, version, $3, 'PointsEarned', clock_timestamp(), '{}', '', 0, 0, 0 FROM moved`;

/**
 * One group of a writer that is no ledger of ours: an event for each wallet, under locks of one kind or the other, held a moment
 * as a decision would. It exists to show what the choice of the lock does to the feed.
 */
export async function writeGroup(
  client: pg.ClientBase,
  lock: LockKind,
  companyId: number,
  walletIds: readonly string[],
): Promise<void> {
  const sorted = [...walletIds].sort();
  await client.query('BEGIN');
  await client.query(lock === 'row' ? ROW_LOCKS : ADVISORY_LOCKS, [companyId, sorted]);
  await client.query(APPEND, [companyId, sorted, uuidV7()]);
  await client.query('COMMIT');
}
