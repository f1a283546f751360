import { formatInstant, type Instant } from '#domain';
import { projection, type StreamChange } from './projection.js';

/** One wallet's fold. Whose it is comes from the customer: events name nobody. */
export const walletProjection = projection<StreamChange>({
  table: 'wallet',
  key: ['company_id', 'id'],
  columns: {
    company_id: ({ companyId }) => companyId,
    id: ({ walletId }) => walletId,
    customer_id: ({ customerId }) => customerId,
    version: ({ head }) => head.wallet.version,
    head_hash: ({ head }) => head.hash,
    available: ({ head }) => head.wallet.available,
    reserved: ({ head }) => head.wallet.reserved,
    burned: ({ head }) => head.wallet.burned,
    expired: ({ head }) => head.wallet.expired,
    earned: ({ head }) => head.wallet.earned,
    adjusted_up: ({ head }) => head.wallet.adjustedUp,
    adjusted_down: ({ head }) => head.wallet.adjustedDown,
    earn_reversed: ({ head }) => head.wallet.earnReversed,
    last_occurred_at: ({ head }) => time(head.wallet.lastOccurredAt),
    last_entry_at: ({ head }) => time(head.wallet.lastEntryAt),
    created_at: ({ openedAt }) => time(openedAt),
  },
  rowsOf: (change) => [change],
});

function time(at: Instant | undefined): string | undefined {
  return at === undefined ? undefined : formatInstant(at);
}
