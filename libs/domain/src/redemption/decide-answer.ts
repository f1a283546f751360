import type { IssuedVoucher, RecordCallAnswer, RecordCancelAnswer, RecordFindAnswer } from '../command.js';
import type { FlagOutcome, FlagReason } from '../event/event-schemas.js';
import type { Unfolding } from '../unfolding.js';
import { commitHold, recordIssued, releaseHold, voided } from './advance.js';
import { hasVoucher } from './redemption.js';

/** Flags that say "the provider does not answer": its answer, when it comes at last, resolves them. */
const unanswered: readonly FlagReason[] = ['voucher_unknown', 'cancel_unknown', 'provider_cannot_void'];

/** Of these, the ones a voucher answers: whether it can be voided stays open, unless the points are still held for it. */
const answeredByVoucher: readonly FlagReason[] = ['voucher_unknown'];

/** What came of a provider call. Answers to an attempt that is no longer the open one are ignored, but for a voucher. */
export function recordCallAnswer(u: Unfolding, { attempt, answer }: RecordCallAnswer): void {
  const { id: redemptionId, calls } = u.redemption;
  if (answer.kind === 'issued') return answeredIssued(u, answer.voucher);
  if (!calls.open || calls.attempts !== attempt) return;
  if (answer.kind !== 'declined') {
    return u.append('VoucherCallEnded', { redemptionId, attempt, outcome: answer.kind });
  }
  // After an attempt of unknown outcome a "no" may be the provider's answer to the repeat alone: it proves nothing.
  if (calls.everUnknown) return u.append('VoucherCallEnded', { redemptionId, attempt, outcome: 'unknown' });
  u.append('VoucherDeclined', { redemptionId, reason: answer.reason });
}

export function recordFindAnswer(u: Unfolding, { answer }: RecordFindAnswer): void {
  const { id: redemptionId, status } = u.redemption;
  // Nothing has gone out under this key before points are held: what is found then is not this redemption's.
  if (status === 'requested') return;
  switch (answer.kind) {
    case 'issued':
      return answeredIssued(u, answer.voucher);
    case 'used':
      recordIssued(u, answer.voucher);
      return confirmedUsed(u);
    case 'cancelled':
      if (u.redemption.status !== 'reserved' || hasVoucher(u.redemption)) return confirmedVoid(u);
      resolveUnanswered(u, 'voided');
      u.append('VoucherVoided', { redemptionId });
      return releaseHold(u, 'cancelled');
    default:
      return;
  }
}

export function recordCancelAnswer(u: Unfolding, { answer }: RecordCancelAnswer): void {
  if (answer.kind === 'void') confirmedVoid(u);
  if (answer.kind === 'used') confirmedUsed(u);
}

function answeredIssued(u: Unfolding, voucher: IssuedVoucher): void {
  resolveUnanswered(u, 'issued', u.redemption.status === 'reserved' ? unanswered : answeredByVoucher);
  recordIssued(u, voucher);
}

/** The voucher is void: points that waited for it go back; a commit that came meanwhile keeps them. */
export function confirmedVoid(u: Unfolding): void {
  const { status, voucher } = u.redemption;
  const awaited = status === 'releasing' || status === 'reversing' || voucher.state === 'orphaned';
  const lateForCommit = status === 'committed' && voucher.state === 'used';
  if (!awaited && !lateForCommit) return;
  resolveUnanswered(u, 'voided');
  voided(u);
}

/** The voucher was used: what was to be given back is paid for; where that has gone back already, a person is told. */
export function confirmedUsed(u: Unfolding): void {
  const { id: redemptionId, status, held, voucher } = u.redemption;
  const holding = status === 'reserved' || status === 'releasing';
  if (!holding && status !== 'reversing' && voucher.state !== 'orphaned') return;
  resolveUnanswered(u, 'used');
  u.append('VoucherUsed', { redemptionId, orderId: undefined });
  if (holding) commitHold(u, { points: held, basis: 'provider_used', orderId: undefined });
  else if (status !== 'reversing') u.append('RedemptionFlagged', { redemptionId, reason: 'orphan_used' });
}

function resolveUnanswered(u: Unfolding, outcome: FlagOutcome, answered: readonly FlagReason[] = unanswered): void {
  const reasons = u.redemption.flags.filter((reason) => answered.includes(reason));
  if (reasons.length > 0) u.append('FlagResolved', { redemptionId: u.redemption.id, reasons, outcome });
}
