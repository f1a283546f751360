import type pg from 'pg';

import type { StoredRedemption, StoredWallet } from './audit-projections.js';
import type { StoredEvent } from './audit-stream.js';

const WALLETS_AT_ONCE = 500;

/** Plan: primary key, a page at a time. */
const NEXT_WALLETS = `
  SELECT company_id, id, customer_id, version, head_hash, available, reserved, burned, expired, earned, adjusted_up,
         adjusted_down, earn_reversed,
         to_char(last_occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS last_occurred_at,
         to_char(last_entry_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS last_entry_at
  FROM wallet WHERE (company_id, id) > ($1, $2) ORDER BY company_id, id LIMIT $3`;

/** Plan: nested loop over the primary key. */
const EVENTS_OF = `
  SELECT company_id, wallet_id, version, position, transaction_id::text, event_id, redemption_id, type,
         to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS occurred_at,
         body, hash, available_after, reserved_after, burned_after, points_delta
  FROM event WHERE (company_id, wallet_id) IN (SELECT * FROM unnest($1::int[], $2::uuid[]))
  ORDER BY company_id, wallet_id, version`;

const REDEMPTIONS_OF = `
  SELECT company_id, id, wallet_id, status, reward_option_id, points_committed, points_reversed, state,
         to_char(requested_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS requested_at
  FROM redemption WHERE (company_id, wallet_id) IN (SELECT * FROM unnest($1::int[], $2::uuid[]))`;

/** What no wallet's page shows: rows of wallets that don't exist. */
const WITHOUT_WALLET = `
  SELECT (SELECT count(*) FROM event e
          WHERE NOT EXISTS (SELECT 1 FROM wallet w WHERE w.company_id = e.company_id AND w.id = e.wallet_id)) AS events,
         (SELECT count(*) FROM redemption r
          WHERE NOT EXISTS (SELECT 1 FROM wallet w WHERE w.company_id = r.company_id AND w.id = r.wallet_id)) AS redemptions`;

/** A wallet with everything stored about it. */
export interface WalletRows {
  readonly wallet: StoredWallet;
  readonly events: readonly StoredEvent[];
  readonly redemptions: readonly StoredRedemption[];
}

/** Walks through all wallets of all companies. */
export async function* ledgerRows(client: pg.ClientBase): AsyncGenerator<WalletRows> {
  let after: readonly [number, string] = [-1, '00000000-0000-0000-0000-000000000000'];
  for (;;) {
    const { rows: wallets } = await client.query<StoredWallet>(NEXT_WALLETS, [...after, WALLETS_AT_ONCE]);
    const last = wallets.at(-1);
    if (last === undefined) return;
    after = [last.company_id, last.id];
    const keys = [wallets.map(({ company_id }) => company_id), wallets.map(({ id }) => id)];
    const { rows: events } = await client.query<StoredEvent>(EVENTS_OF, keys);
    const { rows: redemptions } = await client.query<StoredRedemption>(REDEMPTIONS_OF, keys);
    const eventsOf = byWallet(events);
    const redemptionsOf = byWallet(redemptions);
    for (const wallet of wallets) {
      const key = `${wallet.company_id}:${wallet.id}`;
      yield { wallet, events: eventsOf.get(key) ?? [], redemptions: redemptionsOf.get(key) ?? [] };
    }
  }
}

export async function countRowsWithoutWallet(
  client: pg.ClientBase,
): Promise<{ readonly events: number; readonly redemptions: number }> {
  const { rows } = await client.query<{ events: string; redemptions: string }>(WITHOUT_WALLET);
  return { events: Number(rows[0]?.events), redemptions: Number(rows[0]?.redemptions) };
}

function byWallet<R extends { readonly company_id: number; readonly wallet_id: string }>(rows: readonly R[]) {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const key = `${row.company_id}:${row.wallet_id}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
