import { decodeRedemption, formatInstant, instant, type FlagReason } from '#domain';
import type pg from 'pg';

/** Names no customer but by the wallet's id, so that a list may be handed on. */
export interface FlaggedRedemption {
  readonly id: string;
  readonly companyId: number;
  readonly walletId: string;
  readonly status: string;
  readonly voucherState: string;
  readonly flags: readonly FlagReason[];
  readonly flaggedAt: string;
}

export interface FlaggedPage {
  readonly redemptions: readonly FlaggedRedemption[];
  /** Where the next page begins, for `before`; null after the last one. */
  readonly next: string | null;
}

/** The last row of a page: it may have been resolved since, so it is named by its place in the order. */
export interface FlaggedCursor {
  readonly flaggedAt: string;
  readonly id: string;
}

export interface FlaggedFilter {
  readonly companyId: number | undefined;
  readonly limit: number;
  readonly before: FlaggedCursor | undefined;
}

/** Few redemptions are ever flagged, so the whole table is sorted. */
const LIST_FLAGGED = `
  SELECT r.company_id, r.wallet_id, r.state, (extract(epoch FROM f.flagged_at) * 1000000)::bigint AS flagged_micros
    FROM flagged_redemption f
    JOIN redemption r ON r.company_id = f.company_id AND r.id = f.redemption_id
   WHERE ($1::int IS NULL OR f.company_id = $1)
     AND ($2::timestamptz IS NULL OR (f.flagged_at, f.redemption_id) < ($2::timestamptz, $3::uuid))
   ORDER BY f.flagged_at DESC, f.redemption_id DESC
   LIMIT $4`;

interface Row {
  readonly company_id: number;
  readonly wallet_id: string;
  readonly state: string;
  readonly flagged_micros: string;
}

/** Flagged redemptions, the newest flags first. */
export async function listFlagged(pool: pg.Pool, { companyId, limit, before }: FlaggedFilter): Promise<FlaggedPage> {
  const values = [companyId, before?.flaggedAt, before?.id, limit + 1];
  const { rows } = await pool.query<Row>(LIST_FLAGGED, values);
  const redemptions = rows.slice(0, limit).map(flaggedRedemption);
  const last = redemptions.at(-1);
  const next = rows.length > limit && last !== undefined ? `${last.flaggedAt}/${last.id}` : null;
  return { redemptions, next };
}

function flaggedRedemption(row: Row): FlaggedRedemption {
  const { id, status, voucher, flags } = decodeRedemption(row.state);
  return {
    id,
    companyId: row.company_id,
    walletId: row.wallet_id,
    status,
    voucherState: voucher.state,
    flags,
    flaggedAt: formatInstant(instant(Number(row.flagged_micros))),
  };
}
