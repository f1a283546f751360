/** The inline projections, in whatever order they lie. `where` is a constant of the program about `company_id`, or about pages. */
export type Select = (where: string) => string;

const NO_WALLET = `'00000000-0000-0000-0000-000000000000'::uuid`;

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

/**
 * Codes, flags, dialects' numbers and orders' codes, which name a redemption: `kind` says which, and what else they say stands in the columns behind
 * it. One statement, so that the redemptions, whose wallets they are of, are walked over once. Where there is no redemption of that id, an order
 * knows its wallet (whichever of the two redemptions committed, it is in the same stream), and any other row belongs to no stream.
 */
export const selectMarks: Select = (where) => `
  SELECT * FROM (
    SELECT m.company_id, coalesce(r.wallet_id, m.wallet_id) AS wallet_id, m.redemption_id, m.kind, m.name, m.number, m.recovery_id
    FROM (
      SELECT company_id, ${NO_WALLET} AS wallet_id, redemption_id, 'code' AS kind, digest AS name, NULL::int AS number, NULL::uuid AS recovery_id
      FROM voucher_code
      UNION ALL
      SELECT company_id, ${NO_WALLET}, redemption_id, 'flag', NULL, NULL, NULL FROM flagged_redemption
      UNION ALL
      SELECT company_id, ${NO_WALLET}, redemption_id, 'dialect', dialect, dialect_id, NULL FROM dialect_redemption
      UNION ALL
      SELECT c.company_id, o.wallet_id, c.redemption_id, 'order', c.order_id, NULL, c.recovery_id
      FROM purchase_order_code c JOIN purchase_order o ON o.company_id = c.company_id AND o.id = c.order_id
    ) m LEFT JOIN redemption r ON r.company_id = m.company_id AND r.id = m.redemption_id
  ) mark WHERE ${where}`;

/** Holds little more than what is unfinished. */
export const selectWork: Select = (where) => `
  SELECT company_id, wallet_id, redemption_id FROM saga_work WHERE ${where}`;
