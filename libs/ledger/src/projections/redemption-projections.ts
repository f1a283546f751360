import { encodeRedemption, isSettled, type Redemption } from '#domain';
import { flag, int4, int8, moment, text, uuid } from './columns.js';
import { projection, type RedemptionChange, type StreamChange } from './projection.js';

interface RedemptionRow extends Pick<RedemptionChange, 'after' | 'flaggedAt'> {
  readonly companyId: number;
  readonly walletId: string;
}

/** Whether a first code came on record: a second one is flagged, and found by nobody's order. */
export function isNewlyCoded({ before, after }: Pick<RedemptionChange, 'before' | 'after'>): boolean {
  return after.voucher.code !== undefined && before?.voucher.code === undefined;
}

export function isNewlyFlagged({ before, after }: Pick<RedemptionChange, 'before' | 'after'>): boolean {
  return isFlagged(after) && !isFlagged(before);
}

export function isNoLongerFlagged({ before, after }: Pick<RedemptionChange, 'before' | 'after'>): boolean {
  return isFlagged(before) && !isFlagged(after);
}

/** One redemption's fold as canonical JSON, and copies of what is searched for. */
export const redemptionProjection = projection<RedemptionRow>({
  table: 'redemption',
  key: ['company_id', 'id'],
  columns: {
    company_id: int4(({ companyId }) => companyId),
    id: uuid(({ after }) => after.id),
    wallet_id: uuid(({ walletId }) => walletId),
    status: text(({ after }) => after.status),
    reward_option_id: text(({ after }) => after.rewardOptionId),
    points_committed: int8(({ after }) => after.committed),
    points_reversed: int8(({ after }) => after.reversed),
    requested_at: moment(({ after }) => after.requestedAt),
    first_version: int8(({ after }) => after.firstVersion),
    last_entry_version: int8(({ after }) => after.lastEntryVersion),
    state: text(({ after }) => encodeRedemption(after)),
    settled: flag(({ after }) => isSettled(after)),
  },
  rowsOf: (change) => rowsOf(change, () => true),
});

/** Which redemptions a code belongs to. */
export const voucherCodeProjection = projection<RedemptionRow>({
  table: 'voucher_code',
  key: ['company_id', 'digest', 'redemption_id'],
  columns: {
    company_id: int4(({ companyId }) => companyId),
    digest: text(({ after }) => after.voucher.code?.digest),
    redemption_id: uuid(({ after }) => after.id),
  },
  rowsOf: (change) => rowsOf(change, isNewlyCoded),
});

/** Redemptions that a person should look at. */
export const flaggedProjection = projection<RedemptionRow>({
  table: 'flagged_redemption',
  key: ['company_id', 'redemption_id'],
  columns: {
    company_id: int4(({ companyId }) => companyId),
    redemption_id: uuid(({ after }) => after.id),
    flagged_at: moment(({ after, flaggedAt }) => flaggedAt ?? after.updatedAt),
  },
  rowsOf: (change) => rowsOf(change, ({ after, flaggedAt }) => flaggedAt !== undefined && isFlagged(after)),
  goneOf: (change) => rowsOf(change, isNoLongerFlagged),
});

function isFlagged(redemption: Redemption | undefined): boolean {
  return (redemption?.flags.length ?? 0) > 0;
}

function rowsOf(
  { companyId, walletId, redemptions }: StreamChange,
  is: (change: RedemptionChange) => boolean,
): RedemptionRow[] {
  return redemptions.filter(is).map(({ after, flaggedAt }) => ({ companyId, walletId, after, flaggedAt }));
}
