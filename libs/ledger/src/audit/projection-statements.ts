/** The inline projections, in whatever order they lie. `where` is a constant of the program about `company_id`, or about pages. */
export type Select = (where: string) => string;

/** Plan: the wallets and the customers once. */
export const selectWallets: Select = (where) => `
  SELECT * FROM (
    SELECT w.company_id, w.id, w.version, w.head_hash, w.available, w.reserved, w.burned, w.expired, w.earned, w.adjusted_up,
           w.adjusted_down, w.earn_reversed, w.last_occurred_at, w.last_entry_at, w.created_at, c.wallet_id
    FROM wallet w LEFT JOIN customer c ON c.company_id = w.company_id AND c.id = w.customer_id
  ) owned WHERE ${where}`;

export const selectRedemptions: Select = (where) => `
  SELECT company_id, wallet_id, id, status, reward_option_id, points_committed,
         points_reversed, requested_at, first_version,
         last_entry_version, state, settled
  FROM redemption WHERE ${where}`;

export const selectKeys: Select = (where) => `
  SELECT company_id, wallet_id, scope, key_digest, command_digest, command_id, redemption_id,
         version
  FROM command_key WHERE ${where}`;

/** Codes and flags name a redemption alone; where there is none of that id, the row belongs to no stream. */
export const selectCodes: Select = (where) => `
  SELECT company_id, wallet_id, redemption_id, digest
  FROM (
    SELECT v.company_id, coalesce(r.wallet_id, '00000000-0000-0000-0000-000000000000') AS wallet_id, v.redemption_id, v.digest
    FROM voucher_code v LEFT JOIN redemption r ON r.company_id = v.company_id AND r.id = v.redemption_id
  ) code WHERE ${where}`;

export const selectFlagged: Select = (where) => `
  SELECT company_id, wallet_id, redemption_id
  FROM (
    SELECT f.company_id, coalesce(r.wallet_id, '00000000-0000-0000-0000-000000000000') AS wallet_id, f.redemption_id
    FROM flagged_redemption f LEFT JOIN redemption r ON r.company_id = f.company_id AND r.id = f.redemption_id
  ) flagged WHERE ${where}`;

export const selectDialects: Select = (where) => `
  SELECT company_id, wallet_id, redemption_id, dialect, dialect_id
  FROM (
    SELECT d.company_id, coalesce(r.wallet_id, '00000000-0000-0000-0000-000000000000') AS wallet_id, d.redemption_id, d.dialect,
           d.dialect_id
    FROM dialect_redemption d LEFT JOIN redemption r ON r.company_id = d.company_id AND r.id = d.redemption_id
  ) dialect WHERE ${where}`;

/** The orders that carried a code: whichever of the two redemptions committed, it is in the same stream. */
export const selectOrders: Select = (where) => `
  SELECT company_id, wallet_id, redemption_id, recovery_id, order_id
  FROM (
    SELECT c.company_id, coalesce(r.wallet_id, o.wallet_id) AS wallet_id, c.redemption_id, c.recovery_id, c.order_id
    FROM purchase_order_code c
    JOIN purchase_order o ON o.company_id = c.company_id AND o.id = c.order_id
    LEFT JOIN redemption r ON r.company_id = c.company_id AND r.id = c.redemption_id
  ) ordered WHERE ${where}`;

/** Holds little more than what is unfinished. */
export const selectWork: Select = (where) => `
  SELECT company_id, wallet_id, redemption_id FROM saga_work WHERE ${where}`;
