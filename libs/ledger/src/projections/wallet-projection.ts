import { bytes, int4, int8, moment, text, uuid } from './columns.js';
import { projection, type StreamChange } from './projection.js';

/** One wallet's fold. Whose it is comes from the customer: events name nobody. */
export const walletProjection = projection<StreamChange>({
  table: 'wallet',
  key: ['company_id', 'id'],
  columns: {
    company_id: int4(({ companyId }) => companyId),
    id: uuid(({ walletId }) => walletId),
    customer_id: text(({ customerId }) => customerId),
    version: int8(({ head }) => head.wallet.version),
    head_hash: bytes(({ head }) => head.hash),
    available: int8(({ head }) => head.wallet.available),
    reserved: int8(({ head }) => head.wallet.reserved),
    burned: int8(({ head }) => head.wallet.burned),
    expired: int8(({ head }) => head.wallet.expired),
    earned: int8(({ head }) => head.wallet.earned),
    adjusted_up: int8(({ head }) => head.wallet.adjustedUp),
    adjusted_down: int8(({ head }) => head.wallet.adjustedDown),
    earn_reversed: int8(({ head }) => head.wallet.earnReversed),
    last_occurred_at: moment(({ head }) => head.wallet.lastOccurredAt),
    last_entry_at: moment(({ head }) => head.wallet.lastEntryAt),
    created_at: moment(({ openedAt }) => openedAt),
  },
  rowsOf: (change) => [change],
});
