import type pg from 'pg';
import { COMPANIES_OF_EVENTS } from './changed-heads.js';
import { readEpoch } from '../ledger-epoch.js';
import { readLastCheckpoint } from './stored-checkpoint.js';

export interface CheckpointAge {
  /** How long ago the newest checkpoint was made; undefined where there is none. */
  readonly ageSeconds: number | undefined;
  /** How long one has been due: the interval is over, and there are events that none covers. 0 where none is due. */
  readonly overdueSeconds: number;
}

/** Plan: of each company one step of the feed's index. */
const READ_OLDEST_UNSEALED = `
  WITH ${COMPANIES_OF_EVENTS}
  SELECT (extract(epoch FROM min(first.occurred_at)) * 1000000)::bigint AS at FROM company CROSS JOIN LATERAL (
    SELECT e.occurred_at FROM event e WHERE e.company_id = company.id AND e.transaction_id >= $1::xid8
    ORDER BY e.transaction_id, e.position LIMIT 1) first`;

const CLOCK = `SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now`;

/** What a look at a ledger says that is sealed every `everySeconds`. As long as no checkpoint is due, events are not looked at. */
export async function readCheckpointAge(pool: pg.Pool, everySeconds: number): Promise<CheckpointAge> {
  const last = (await readLastCheckpoint(pool))?.checkpoint;
  const now = Number((await pool.query<{ now: string }>(CLOCK)).rows[0]?.now);
  const ageSeconds = last === undefined ? undefined : Math.max(0, (now - last.sealedAt) / 1e6);
  if (ageSeconds !== undefined && ageSeconds <= everySeconds) return { ageSeconds, overdueSeconds: 0 };
  // Ids of another epoch say nothing of what was sealed: there the first checkpoint of the new one is due.
  const isComparable = last?.epoch === (await readEpoch(pool)).epoch;
  const boundary = isComparable ? String(last.boundary) : '0';
  const { rows } = await pool.query<{ at: string | null }>(READ_OLDEST_UNSEALED, [boundary]);
  const oldest = rows[0]?.at;
  if (oldest == null) return { ageSeconds, overdueSeconds: 0 };
  const dueAt = Math.max(Number(oldest), last === undefined ? 0 : last.sealedAt + everySeconds * 1e6);
  return { ageSeconds, overdueSeconds: Math.max(0, (now - dueAt) / 1e6) };
}
