import type { Logger, Prepare } from '#platform';
import type pg from 'pg';
import type { Presence } from '../presence.js';
import type { FeedCursor } from './feed-cursor.js';

/** An event as it is stored. */
export interface FeedEvent {
  readonly body: string;
  /** 64 hexadecimal digits. */
  readonly hash: string;
}

/** `cursor` goes on after the last event, or, where there was none, from where it was asked. */
export interface FeedPage {
  readonly events: readonly FeedEvent[];
  readonly cursor: FeedCursor;
  readonly hasMore: boolean;
}

/** The cursor belongs to a history that is no longer this ledger's: after a restore, a fail-over, or a move to another server. */
export class CursorGone extends Error {
  override readonly name = 'CursorGone';
}

/**
 * Ordered by transaction and position, and only what lies below the oldest transaction that is still running, behind which nothing can
 * appear any more: so no event is skipped, and each stream comes in its order, since its writers lock it before they have an id.
 * Begins with the event that the cursor names, to see that it is still there. Plan: a range of event_company_id_transaction_id_
 * position_idx, read in its order.
 */
const READ_FEED = `
  SELECT k.epoch, e.transaction_id, e.position, e.hash, e.body
  FROM (SELECT system_identifier || '-' || left(pg_walfile_name(pg_current_wal_lsn()), 8) AS epoch FROM pg_control_system()) k
  LEFT JOIN LATERAL (
    SELECT e.transaction_id, e.position, encode(e.hash, 'hex') AS hash, e.body FROM event e
    WHERE e.company_id = $1 AND (e.transaction_id, e.position) >= ($2::xid8, $3::bigint)
      AND e.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY e.transaction_id, e.position LIMIT $4) e ON true
  ORDER BY e.transaction_id, e.position`;

/** Which of many waiting readers have something to read: a look at the same index for each. */
const FIND_READABLE = `
  SELECT q.n::int AS place
  FROM unnest($1::int[], $2::xid8[], $3::bigint[]) WITH ORDINALITY q(c, t, p, n)
  WHERE EXISTS (
    SELECT FROM event e WHERE e.company_id = q.c AND (e.transaction_id, e.position) > (q.t, q.p)
      AND e.transaction_id < pg_snapshot_xmin(pg_current_snapshot()))`;

interface Row {
  readonly epoch: string;
  readonly transaction_id: string | null;
  readonly position: string | null;
  readonly hash: string | null;
  readonly body: string | null;
}

interface Waiter {
  readonly companyId: number;
  readonly cursor: FeedCursor;
  readonly done: () => void;
}

/** How often waiting readers are looked after, all with one statement. */
const POLL_MS = 200;
const HASH_DIGITS = 16;

export interface CompanyFeedOptions {
  readonly pool: pg.Pool;
  readonly prepare: Prepare;
  readonly logger: Logger;
}

/** A company's events in the order in which they became visible. */
export class CompanyFeed {
  private readonly waiters = new Set<Waiter>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: CompanyFeedOptions) {}

  /** @param after undefined: from the beginning. @throws CursorGone */
  async read(companyId: number, after: FeedCursor | undefined, limit: number): Promise<FeedPage> {
    const { pool, prepare } = this.options;
    // One more to see whether there is more, and one for the event that the cursor names.
    const values = [companyId, after?.transactionId ?? '0', after?.position ?? '0', limit + 2];
    const { rows } = await pool.query<Row>(prepare('read_feed', READ_FEED, values));
    const epoch = rows[0]?.epoch ?? '';
    const stored = rows.filter((row) => row.body !== null) as readonly StoredRow[];
    const events = after === undefined ? stored : unread(stored, epoch, after);
    const given = events.slice(0, limit);
    const last = given.at(-1);
    const start = { epoch, transactionId: '0', position: '0', hash: '' };
    return {
      events: given,
      cursor: last === undefined ? (after ?? start) : cursorAt(epoch, last),
      hasMore: events.length > limit,
    };
  }

  /** Resolves when there is something to read after the cursor, when the time is over, or when the caller has gone. */
  async wait(
    companyId: number,
    cursor: FeedCursor,
    { waitMs, signal }: { readonly waitMs: number; readonly signal: Presence },
  ): Promise<void> {
    if (waitMs <= 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(over);
        signal.removeEventListener('abort', done);
        this.waiters.delete(waiter);
        resolve();
      };
      const over = setTimeout(done, waitMs);
      const waiter: Waiter = { companyId, cursor, done };
      signal.addEventListener('abort', done);
      this.waiters.add(waiter);
      this.timer ??= setTimeout(() => void this.look(), POLL_MS);
    });
  }

  /** Lets everybody go who waits. */
  close(): void {
    clearTimeout(this.timer);
    for (const { done } of [...this.waiters]) done();
  }

  private async look(): Promise<void> {
    const waiters = [...this.waiters];
    try {
      for (const place of await this.readable(waiters)) waiters[place - 1]?.done();
    } catch (error) {
      this.options.logger.warn(
        { err: error },
        'Waiting readers of the feed could not be looked after; the next poll does.',
      );
    }
    this.timer = this.waiters.size === 0 ? undefined : setTimeout(() => void this.look(), POLL_MS);
  }

  private async readable(waiters: readonly Waiter[]): Promise<readonly number[]> {
    if (waiters.length === 0) return [];
    const values = [
      waiters.map(({ companyId }) => companyId),
      waiters.map(({ cursor }) => cursor.transactionId),
      waiters.map(({ cursor }) => cursor.position),
    ];
    const { pool, prepare } = this.options;
    const { rows } = await pool.query<{ place: number }>(prepare('find_readable', FIND_READABLE, values));
    return rows.map(({ place }) => place);
  }
}

type StoredRow = { readonly [K in keyof Row]: string };

/** What lies behind the event that the cursor names, which must be there. */
function unread(rows: readonly StoredRow[], epoch: string, after: FeedCursor): readonly StoredRow[] {
  if (epoch !== after.epoch) throw new CursorGone(`The cursor is of epoch ${after.epoch}, the ledger of ${epoch}.`);
  if (after.hash === '') return rows;
  const [first, ...rest] = rows;
  const isThere =
    first?.transaction_id === after.transactionId &&
    first.position === after.position &&
    first.hash.startsWith(after.hash);
  if (!isThere) throw new CursorGone('The event that the cursor names is not in the ledger.');
  return rest;
}

function cursorAt(epoch: string, { transaction_id: transactionId, position, hash }: StoredRow): FeedCursor {
  return { epoch, transactionId, position, hash: hash.slice(0, HASH_DIGITS) };
}
