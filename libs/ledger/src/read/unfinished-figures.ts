import type { Prepare } from '#platform';
import type pg from 'pg';

/**
 * Over the rows the saga still has to look at, and nothing else: what is finished costs nothing. Plan: every row of `saga_work` by its index
 * on due_at, then primary keys. A hold that is looked at in more than a minute waits for its order; what is under way is looked at within
 * seconds, and what is flagged waits for a person.
 */
const READ_UNFINISHED = `
  WITH open AS (
    SELECT s.company_id, s.wallet_id, r.status, r.requested_at,
           f.redemption_id IS NOT NULL OR (r.status = 'reserved' AND s.due_at > statement_timestamp() + interval '1 minute') AS waits
    FROM saga_work s
    JOIN redemption r ON r.company_id = s.company_id AND r.id = s.redemption_id
    LEFT JOIN flagged_redemption f ON f.company_id = s.company_id AND f.redemption_id = s.redemption_id
  ), wallets AS (
    SELECT DISTINCT company_id, wallet_id FROM open WHERE status IN ('reserved', 'releasing')
  )
  SELECT count(*) FILTER (WHERE status = 'requested')::float8 AS requested,
         count(*) FILTER (WHERE status = 'reserved')::float8 AS reserved,
         count(*) FILTER (WHERE status = 'releasing')::float8 AS releasing,
         count(*) FILTER (WHERE status = 'reversing')::float8 AS reversing,
         count(*) FILTER (WHERE status NOT IN ('requested', 'reserved', 'releasing', 'reversing'))::float8 AS ended,
         coalesce(extract(epoch FROM clock_timestamp() - min(requested_at) FILTER (WHERE NOT waits)), 0)::float8 AS oldest,
         (SELECT coalesce(sum(w.reserved), 0)::float8 FROM wallets q
            JOIN wallet w ON w.company_id = q.company_id AND w.id = q.wallet_id) AS points
  FROM open`;

const READ_FLAGGED = `
  SELECT count(*)::float8 AS flagged, coalesce(extract(epoch FROM clock_timestamp() - min(flagged_at)), 0)::float8 AS oldest
  FROM flagged_redemption`;

/** How everything stands, over all companies. Seconds are ages, 0 where there is none. */
export interface UnfinishedFigures {
  /** Redemptions the saga has to look at, by status; `ended`: only their voucher is still to be settled. */
  readonly unfinished: Readonly<Record<'requested' | 'reserved' | 'releasing' | 'reversing' | 'ended', number>>;
  readonly holds: number;
  readonly heldPoints: number;
  /** Of those under way: neither flagged nor waiting for an order. */
  readonly oldestUnfinishedSeconds: number;
  readonly flagged: number;
  readonly oldestFlaggedSeconds: number;
}

type Row = Readonly<
  Record<'requested' | 'reserved' | 'releasing' | 'reversing' | 'ended' | 'oldest' | 'points', number>
>;

/** Reads the figures for metrics: it costs some microseconds for each unfinished redemption, so it is not for the hot path. */
export async function readUnfinished(pool: pg.Pool, prepare: Prepare): Promise<UnfinishedFigures> {
  const [unfinished, flags] = await Promise.all([
    pool.query<Row>(prepare('read_unfinished', READ_UNFINISHED, [])),
    pool.query<{ flagged: number; oldest: number }>(prepare('read_flagged', READ_FLAGGED, [])),
  ]);
  const { oldest, points, ...byStatus } = unfinished.rows[0] as Row;
  const { flagged, oldest: oldestFlagged } = flags.rows[0] ?? { flagged: 0, oldest: 0 };
  return {
    unfinished: byStatus,
    holds: byStatus.reserved + byStatus.releasing,
    heldPoints: points,
    oldestUnfinishedSeconds: Math.max(0, oldest),
    flagged,
    oldestFlaggedSeconds: Math.max(0, oldestFlagged),
  };
}
