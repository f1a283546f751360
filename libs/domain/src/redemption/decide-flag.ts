import type { FlagRedemption, ResolveFlags } from '../command.js';
import { DomainError } from '../domain-error.js';
import type { Unfolding } from '../unfolding.js';
import { recordIssued, releaseHold, voided } from './advance.js';
import { confirmedUsed } from './decide-answer.js';
import { callIsInFlight, nextStep } from './next-step.js';
import { hasVoucher, outstanding, type Redemption } from './redemption.js';

/** A flag that stands adds nothing; nor does one from a worker that was frozen while its trouble went away. */
export function flagRedemption(u: Unfolding, { reason }: FlagRedemption): void {
  const r = u.redemption;
  if (r.flags.includes(reason)) return;
  if (reason === 'voucher_unknown' && (r.status !== 'reserved' || hasVoucher(r))) return;
  if (reason === 'cancel_unknown' && nextStep(r, u.now).kind !== 'cancel') return;
  u.append('RedemptionFlagged', { redemptionId: r.id, reason });
}

/**
 * A person's word on a flagged redemption. It resolves every open flag and sets the saga going again.
 * @throws DomainError FLAG_OUTCOME_NOT_APPLICABLE where the outcome does not fit, VOUCHER_CALL_IN_FLIGHT where the points
 * would go back while a call may still issue a voucher.
 */
export function resolveFlags(u: Unfolding, { outcome, voucher }: ResolveFlags): void {
  const r = u.redemption;
  if (r.flags.length === 0) refuse();
  const { id: redemptionId, flags: reasons } = r;
  const openHold = isOpenHold(r);
  const awaitsVoid = openHold || r.status === 'reversing' || r.voucher.state === 'orphaned';
  if (outcome !== 'issued' && outcome !== 'used' && openHold && callIsInFlight(r, u.now)) {
    throw new DomainError('VOUCHER_CALL_IN_FLIGHT');
  }
  switch (outcome) {
    case 'issued':
      if (voucher === undefined || r.voucher.code !== undefined || r.provider === undefined) refuse();
      u.append('FlagResolved', { redemptionId, reasons, outcome });
      return recordIssued(u, voucher);
    case 'not_issued':
    case 'voided':
      if (!awaitsVoid) refuse();
      u.append('FlagResolved', { redemptionId, reasons, outcome });
      voided(u);
      return r.status === 'reserved' ? releaseHold(u, 'cancelled') : undefined;
    case 'used':
      if (r.status === 'reserved' || !awaitsVoid) refuse();
      u.append('FlagResolved', { redemptionId, reasons, outcome });
      return confirmedUsed(u);
    case 'accept_loss':
      u.append('FlagResolved', { redemptionId, reasons, outcome });
      if (openHold) return releaseHold(u, r.releaseStartReason ?? 'cancelled');
      if (r.status === 'reversing') u.append('RedemptionReversed', { redemptionId, points: outstanding(r) });
  }
}

/** Points are held and no voucher that works stands against them on record. */
function isOpenHold(r: Redemption): boolean {
  return r.status === 'releasing' || (r.status === 'reserved' && !hasVoucher(r));
}

function refuse(): never {
  throw new DomainError('FLAG_OUTCOME_NOT_APPLICABLE');
}
