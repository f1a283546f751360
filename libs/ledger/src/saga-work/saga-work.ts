import type { Prepare } from '#platform';
import type pg from 'pg';
import { askByCompany, type GroupBy } from '../by-company.js';
import { column } from '../columns.js';
import type { RedemptionKey } from '../read/redemption-reader.js';

/** The time is the statement's, which an index can be searched by. Plan: index scan on due_at, then nested loop over the primary key. Rows another relay is taking are passed over. */
const CLAIM_DUE = `
  WITH due AS (
    SELECT company_id, redemption_id FROM saga_work
    WHERE due_at <= statement_timestamp() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  UPDATE saga_work s SET due_at = clock_timestamp() + $2 * interval '1 millisecond', tries = s.tries + 1
  FROM due d WHERE s.company_id = d.company_id AND s.redemption_id = d.redemption_id
  RETURNING s.company_id, s.redemption_id, s.wallet_id, s.queue, s.tries`;

/** Which rows are due, whoever's they are: it reads and locks nothing. Plan: index scan on due_at. */
const LOOK_DUE = `
  SELECT company_id, redemption_id FROM saga_work
  WHERE due_at <= statement_timestamp() ORDER BY due_at LIMIT $1`;

/** The same claim for rows of one company that were seen to be due. Plan: nested loop over the primary key. */
const CLAIM_SEEN = `
  WITH due AS (
    SELECT s.company_id, s.redemption_id
    FROM unnest(string_to_array($2, E'\\n')::uuid[]) q(r)
    JOIN saga_work s ON s.company_id = $1 AND s.redemption_id = q.r AND s.due_at <= statement_timestamp()
    ORDER BY s.redemption_id FOR UPDATE OF s SKIP LOCKED
  )
  UPDATE saga_work s SET due_at = clock_timestamp() + $3 * interval '1 millisecond', tries = s.tries + 1
  FROM due d WHERE s.company_id = $1 AND s.company_id = d.company_id AND s.redemption_id = d.redemption_id
  RETURNING s.company_id, s.redemption_id, s.wallet_id, s.queue, s.tries`;

/**
 * Only what is still under its lease is put off: what somebody made due meanwhile stays due. Leases that ran out before this look, since the
 * redemption stood in a queue, are no tries; where a command has begun anew meanwhile, nothing is counted yet. Plan: nested loop over the
 * primary key.
 */
const BACK_OFF = `
  WITH mine AS (
    SELECT s.company_id, s.redemption_id, q.d, q.t
    FROM unnest(
      string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[], string_to_array($3, E'\\n')::bigint[],
      string_to_array($4, E'\\n')::int[]) q(c, r, d, t)
    JOIN saga_work s ON s.company_id = q.c AND s.redemption_id = q.r
    ORDER BY s.redemption_id FOR UPDATE OF s SKIP LOCKED
  )
  UPDATE saga_work s
  SET tries = least(s.tries, mine.t),
      due_at = CASE WHEN s.due_at > statement_timestamp()
                    THEN clock_timestamp() + mine.d * interval '1 millisecond' ELSE s.due_at END
  FROM mine WHERE s.company_id = mine.company_id AND s.redemption_id = mine.redemption_id`;

const OLDEST_DUE = `
  SELECT coalesce(extract(epoch FROM clock_timestamp() - min(due_at)) * 1000, 0)::float8 AS ms
  FROM saga_work WHERE due_at <= statement_timestamp()`;

/** A redemption that is owed a step, leased to whoever claimed it. */
export interface DueRedemption extends RedemptionKey {
  readonly walletId: string;
  readonly queue: string;
  /** Looks since its last progress, the one it is claimed for included; claims that no look has followed yet count as looks. */
  readonly tries: number;
}

/** What came of a look without progress. */
export interface BackOff extends RedemptionKey {
  readonly delayMs: number;
  /** Looks since its last progress, this one included. */
  readonly tries: number;
}

export interface Claim {
  readonly limit: number;
  readonly leaseMs: number;
}

/** What the saga owes, and when: `saga_work`. Each call is a transaction of one statement, or of one for each company. */
export class SagaWork {
  constructor(
    private readonly pool: pg.Pool,
    private readonly prepare: Prepare,
    private readonly groupBy: GroupBy = 'any',
  ) {}

  /** Takes up to `limit` due rows under a lease: they are due again when it ends, unless progress comes first. */
  async claimDue(claim: Claim): Promise<readonly DueRedemption[]> {
    if (this.groupBy === 'company') return this.claimByCompany(claim);
    return this.claim('claim_due', CLAIM_DUE, [claim.limit, claim.leaseMs]);
  }

  /**
   * What is due is looked for over all companies, since nobody knows whose it is; what is written names one. Whatever another relay was
   * faster with is passed over, and its place in the limit is lost: the relay comes again for it.
   */
  private async claimByCompany({ limit, leaseMs }: Claim): Promise<readonly DueRedemption[]> {
    const { rows } = await this.pool.query<[number, string]>({
      ...this.prepare('look_due', LOOK_DUE, [limit]),
      rowMode: 'array',
    });
    const seen = rows.map(([companyId, redemptionId]) => ({ companyId, redemptionId }));
    return askByCompany(this.groupBy, seen, async (some) => {
      const [first] = some;
      if (first === undefined) return [];
      return this.claim('claim_seen', CLAIM_SEEN, [first.companyId, column(some, (row) => row.redemptionId), leaseMs]);
    });
  }

  private async claim(name: string, text: string, values: unknown[]): Promise<readonly DueRedemption[]> {
    const { rows } = await this.pool.query<[number, string, string, string, number]>({
      ...this.prepare(name, text, values),
      rowMode: 'array',
    });
    return rows.map(([companyId, redemptionId, walletId, queue, tries]) => ({
      companyId,
      redemptionId,
      walletId,
      queue,
      tries,
    }));
  }

  /** Says when to look again at redemptions that made no progress, and which look this was. */
  async backOff(items: readonly BackOff[]): Promise<void> {
    if (items.length === 0) return;
    await askByCompany(this.groupBy, items, async (some) => {
      const values = [
        column(some, (item) => item.companyId),
        column(some, (item) => item.redemptionId),
        column(some, (item) => Math.round(item.delayMs)),
        column(some, (item) => item.tries),
      ];
      await this.pool.query(this.prepare('back_off', BACK_OFF, values));
      return [];
    });
  }

  /** How long the oldest due row has waited, in milliseconds; 0 when nothing is due. */
  async overdueMs(): Promise<number> {
    const { rows } = await this.pool.query<{ ms: number }>(this.prepare('oldest_due', OLDEST_DUE, []));
    return Math.max(0, rows[0]?.ms ?? 0);
  }
}
