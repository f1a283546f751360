import { formatInstant, instant, type Instant } from '#domain';

/** A wallet as its newest event at some moment left it. */
export interface BalanceAt {
  readonly version: bigint;
  readonly available: bigint;
  readonly reserved: bigint;
  readonly burned: bigint;
  /** When that event happened. */
  readonly since: Instant;
}

/**
 * A stream's times never run backwards, so the newest version up to a time is found by halving: each step is one look by the whole
 * primary key, and there are as many as the version has binary digits. The balances stand on the event itself.
 */
export const READ_BALANCE_AT = `
  WITH RECURSIVE span(low, high) AS (
    (SELECT 0::bigint, e.version FROM event e WHERE e.company_id = $1 AND e.wallet_id = $2 ORDER BY e.version DESC LIMIT 1)
    UNION ALL
    SELECT CASE WHEN e.occurred_at <= $3::timestamptz THEN e.version ELSE span.low END,
           CASE WHEN e.occurred_at <= $3::timestamptz THEN span.high ELSE e.version - 1 END
    FROM span JOIN event e ON e.company_id = $1 AND e.wallet_id = $2 AND e.version = (span.low + span.high + 1) / 2
    WHERE span.low < span.high)
  SELECT e.version, e.available_after, e.reserved_after, e.burned_after,
         (extract(epoch FROM e.occurred_at) * 1000000)::bigint AS since
  FROM span JOIN event e ON e.company_id = $1 AND e.wallet_id = $2 AND e.version = span.high
  WHERE span.low = span.high`;

export interface BalanceRow {
  readonly version: string;
  readonly available_after: string;
  readonly reserved_after: string;
  readonly burned_after: string;
  readonly since: string;
}

export function balanceParameters(companyId: number, walletId: string, at: Instant): unknown[] {
  return [companyId, walletId, formatInstant(at)];
}

export function balanceOf(row: BalanceRow): BalanceAt {
  return {
    version: BigInt(row.version),
    available: BigInt(row.available_after),
    reserved: BigInt(row.reserved_after),
    burned: BigInt(row.burned_after),
    since: instant(Number(row.since)),
  };
}
