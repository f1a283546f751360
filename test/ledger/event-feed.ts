import type pg from 'pg';

/** A place in the feed: everything up to it has been read. */
export interface FeedCursor {
  readonly transactionId: string;
  readonly position: string;
}

export interface FeedEvent extends FeedCursor {
  readonly stream: string;
  readonly version: bigint;
}

export const FEED_START: FeedCursor = { transactionId: '0', position: '0' };

/**
 * The reader the events are made for: ordered by transaction and position, and only what lies below the oldest transaction that
 * is still running, behind which nothing can appear any more.
 */
const READ_FEED = `
  SELECT company_id || ':' || wallet_id AS stream, version::text, transaction_id::text, position::text
  FROM event e
  WHERE (e.transaction_id, e.position) > ($1::xid8, $2::bigint) AND e.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
  ORDER BY e.transaction_id, e.position LIMIT $3`;

/** The reader everybody writes first: whatever has a greater number than the last one seen. */
const READ_NAIVELY = `
  SELECT company_id || ':' || wallet_id AS stream, version::text, transaction_id::text, position::text
  FROM event e WHERE e.position > $1::bigint ORDER BY e.position LIMIT $2`;

type Db = Pick<pg.Pool, 'query'>;
type StoredRow = { readonly stream: string; readonly version: string; transaction_id: string; position: string };

export async function readFeed(db: Db, after: FeedCursor, limit: number): Promise<readonly FeedEvent[]> {
  const { rows } = await db.query<StoredRow>(READ_FEED, [after.transactionId, after.position, limit]);
  return rows.map(feedEventOf);
}

export async function readNaively(db: Db, after: FeedCursor, limit: number): Promise<readonly FeedEvent[]> {
  const { rows } = await db.query<StoredRow>(READ_NAIVELY, [after.position, limit]);
  return rows.map(feedEventOf);
}

function feedEventOf({ stream, version, transaction_id: transactionId, position }: StoredRow): FeedEvent {
  return { stream, version: BigInt(version), transactionId, position };
}

/** The events that are not the next of their stream: the feed had skipped one, or showed a later one first. */
export function outOfOrder(events: readonly FeedEvent[]): readonly FeedEvent[] {
  const last = new Map<string, bigint>();
  return events.filter(({ stream, version }) => {
    const isNext = version === (last.get(stream) ?? 0n) + 1n;
    last.set(stream, version);
    return !isNext;
  });
}
