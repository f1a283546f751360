import { z } from 'zod';
import { formatInstant, type DomainEvent, type LedgerEvent } from '#domain';
import type { CustomerSummary } from '../../../customers/read-customers/read-customers.query.js';
import type { HistoryEntry } from '../../../wallets/list-history/list-history.query.js';
import { int32Of } from '../fields.js';

const time = z.iso.datetime().nullable();
const text = z.string().nullable();

export const historyItemSchema = z.object({
  created_at: z.iso.datetime(),
  date: z.string(),
  action: z.string(),
  points: z.int(),
  status: z.string(),
});
export type HistoryItem = z.output<typeof historyItemSchema>;

/** `thirty_party_id` is the vendor's own spelling. */
export const customerSchema = z
  .object({
    thirty_party_id: z.string(),
    customer_id: z.string(),
    first_name: text,
    last_name: text,
    email: text,
    phone_number: text,
    pos_account_id: text,
    points_balance: z.int(),
    points_earned: z.int(),
    total_spend_cents: z.int(),
    total_purchases: z.int(),
    perks_redeemed: z.int(),
    last_purchase_at: time,
    points_expire_at: z.null(),
    last_seen_at: z.iso.datetime(),
    vip_tier: z.object({ name: z.string() }).nullable(),
    tags: z.array(z.string()),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    referral_code: z.null().optional(),
    history_items: z.array(historyItemSchema).optional(),
  })
  .meta({ id: 'YotpoCustomer' });
export type CustomerAnswer = z.output<typeof customerSchema>;

/** @throws ApiError NUMBER_OUT_OF_RANGE where an integer of the dialect can't say it */
export function customerAnswer({ customer, wallet, orders, redeemedCount }: CustomerSummary): CustomerAnswer {
  const [firstName, ...others] = (customer.name ?? '').split(' ').filter((word) => word !== '');
  return {
    thirty_party_id: customer.id,
    customer_id: customer.id,
    first_name: firstName ?? null,
    last_name: others.length === 0 ? null : others.join(' '),
    email: customer.email,
    phone_number: customer.phoneNumber,
    pos_account_id: customer.posAccountId,
    points_balance: int32Of(wallet.available),
    points_earned: int32Of(wallet.lifetimeEarned),
    total_spend_cents: Number(orders.spentCents),
    total_purchases: orders.count,
    perks_redeemed: redeemedCount,
    last_purchase_at: orders.lastPlacedAt?.toISOString() ?? null,
    points_expire_at: null,
    last_seen_at: formatInstant(wallet.updatedAt),
    vip_tier: customer.tier === null ? null : { name: customer.tier },
    tags: [...customer.tags],
    created_at: customer.createdAt.toISOString(),
    updated_at: customer.updatedAt.toISOString(),
  };
}

type EntryType = Extract<
  LedgerEvent['type'],
  | 'PointsEarned'
  | 'PointsAdjusted'
  | 'PointsReserved'
  | 'RedemptionCommitted'
  | 'RedemptionReleased'
  | 'RedemptionReversed'
  | 'PointsExpired'
  | 'EarnReversed'
>;

const entries: Record<EntryType, { readonly action: string; readonly status: string }> = {
  PointsEarned: { action: 'Points earned', status: 'Approved' },
  PointsAdjusted: { action: 'Points adjusted', status: 'Approved' },
  PointsReserved: { action: 'Points redeemed', status: 'Approved' },
  RedemptionCommitted: { action: 'Points returned', status: 'Approved' },
  RedemptionReleased: { action: 'Points returned', status: 'Reversed' },
  RedemptionReversed: { action: 'Points refunded', status: 'Reversed' },
  PointsExpired: { action: 'Points expired', status: 'Approved' },
  EarnReversed: { action: 'Points reversed', status: 'Reversed' },
};

/** Undefined for what changed no balance, and for what its maker keeps from the customer. */
export function historyItem({ event, text: words }: HistoryEntry, delta: bigint): HistoryItem | undefined {
  if (delta === 0n || words?.metadata?.['visible_to_customer'] === false) return undefined;
  const known = (entries as Partial<Record<DomainEvent['type'], { action: string; status: string }>>)[event.type];
  if (known === undefined) return undefined;
  const at = formatInstant(event.occurredAt);
  return {
    created_at: at,
    date: at.slice(0, 10),
    action: words?.note ?? known.action,
    points: int32Of(delta),
    status: known.status,
  };
}
