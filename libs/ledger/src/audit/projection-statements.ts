import { IN_RANGE } from '../feed/stream-reader.js';

/**
 * The inline projections in the order of the streams, every value as text. Times are seconds since the epoch, exact to the
 * microsecond. The settings of the range stand before.
 */

/** Plan: one walk over the wallets' primary key, a look by primary key at each customer. */
export const WALLET_ROWS = `
  SELECT w.company_id::text, w.wallet_id::text, w.version::text, encode(w.head_hash, 'hex'), w.available::text,
         w.reserved::text, w.burned::text, w.expired::text, w.earned::text, w.adjusted_up::text, w.adjusted_down::text,
         w.earn_reversed::text, (extract(epoch FROM w.last_occurred_at) * 1000000)::bigint::text,
         (extract(epoch FROM w.last_entry_at) * 1000000)::bigint::text,
         (extract(epoch FROM w.created_at) * 1000000)::bigint::text, c.wallet_id::text
  FROM (SELECT id AS wallet_id, * FROM wallet) w
  LEFT JOIN customer c ON c.company_id = w.company_id AND c.id = w.customer_id
  WHERE w.company_id BETWEEN current_setting('holdfast.company_from')::int AND current_setting('holdfast.company_to')::int
    AND w.wallet_id BETWEEN current_setting('holdfast.wallet_from')::uuid AND current_setting('holdfast.wallet_to')::uuid
  ORDER BY w.company_id, w.wallet_id`;

/** Plan: one walk over (company_id, wallet_id, requested_at). */
export const REDEMPTION_ROWS = `
  SELECT company_id::text, wallet_id::text, id::text, status, reward_option_id, points_committed::text,
         points_reversed::text, (extract(epoch FROM requested_at) * 1000000)::bigint::text, first_version::text,
         last_entry_version::text, state, settled::text
  FROM redemption WHERE ${IN_RANGE}
  ORDER BY company_id, wallet_id, requested_at`;

/** No index has this order: the rows are read once and sorted. */
export const KEY_ROWS = `
  SELECT company_id::text, wallet_id::text, scope, key_digest, command_digest, command_id::text, redemption_id::text,
         version::text
  FROM command_key WHERE ${IN_RANGE}
  ORDER BY company_id, wallet_id`;

/** Codes and flags name a redemption alone; where there is none of that id, the row belongs to no stream. Read once, joined, sorted. */
export const CODE_ROWS = `
  SELECT company_id::text, wallet_id::text, redemption_id::text, digest
  FROM (
    SELECT v.company_id, coalesce(r.wallet_id, '00000000-0000-0000-0000-000000000000') AS wallet_id, v.redemption_id, v.digest
    FROM voucher_code v LEFT JOIN redemption r ON r.company_id = v.company_id AND r.id = v.redemption_id
  ) code WHERE ${IN_RANGE}
  ORDER BY company_id, wallet_id`;

export const FLAGGED_ROWS = `
  SELECT company_id::text, wallet_id::text, redemption_id::text
  FROM (
    SELECT f.company_id, coalesce(r.wallet_id, '00000000-0000-0000-0000-000000000000') AS wallet_id, f.redemption_id
    FROM flagged_redemption f LEFT JOIN redemption r ON r.company_id = f.company_id AND r.id = f.redemption_id
  ) flagged WHERE ${IN_RANGE}
  ORDER BY company_id, wallet_id`;
