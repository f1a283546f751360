import type { ApplyOrder, CommitRedemption, ReleaseRedemption, ReverseRedemption } from '../command.js';
import { DomainError, type DomainErrorCode } from '../domain-error.js';
import type { Unfolding } from '../unfolding.js';
import { commitHold, releaseHold } from './advance.js';
import { messageMatrix, situationOf, type Message, type Reaction } from './message-matrix.js';
import { canVoid, nothingToVoid } from './next-step.js';
import { orderReaction } from './order-code.js';
import { hasVoucher, outstanding, type Redemption } from './redemption.js';

type MessageCommand = CommitRedemption | ApplyOrder | ReleaseRedemption | ReverseRedemption;

const messageOf: Record<MessageCommand['type'], Message> = {
  CommitRedemption: 'commit',
  ApplyOrder: 'order',
  ReleaseRedemption: 'release',
  ReverseRedemption: 'reverse',
};

/** Decides what a caller or an order said, by the matrix. @throws DomainError where the matrix, or an amount, refuses. */
export function decideMessage(u: Unfolding, command: MessageCommand): void {
  if (command.type === 'ApplyOrder') return order(u, command, orderReaction(u.redemption, command.orderId));
  const reaction = messageMatrix[messageOf[command.type]][situationOf(u.redemption)];
  if (command.type === 'CommitRedemption') return commit(u, command, reaction);
  if (command.type === 'ReverseRedemption') return reverse(u, command, reaction);
  return release(u, command, reaction);
}

function commit(u: Unfolding, { points, orderId, keyed }: CommitRedemption, reaction: Reaction): void {
  const r = u.redemption;
  switch (reaction) {
    case 'commit_hold':
      if (points !== undefined && (points <= 0n || points > r.held)) refuse('POINTS_EXCEED_HOLD');
      return commitHold(u, { points: points ?? r.held, basis: 'explicit', orderId });
    case 'already_so_if_equal':
      if (keyed || (points !== undefined && points !== r.committed)) refuse('ALREADY_COMMITTED');
      return;
    case 'refuse_by_release_reason':
      return refuse(isExpired(r) ? 'HOLD_EXPIRED' : 'ALREADY_RELEASED');
    default:
      return refuseOrNothing(reaction);
  }
}

function order(u: Unfolding, { orderId, recoveryId }: ApplyOrder, reaction: Reaction): void {
  const r = u.redemption;
  switch (reaction) {
    case 'commit_for_order':
      return commitHold(u, { points: r.held, basis: 'order', orderId });
    case 'note_order':
    case 'keep_for_order':
      return u.append('VoucherUsed', { redemptionId: r.id, orderId });
    case 'recover_for_order':
      return recover(u, orderId, recoveryId);
    default:
      return refuseOrNothing(reaction);
  }
}

/**
 * A late order: the points have gone back, the shop has honoured the code. A new redemption takes them again in one append;
 * if the balance is short the order stands all the same and the redemption is flagged. Never a silent discount.
 */
function recover(u: Unfolding, orderId: string, recoveryId: string): void {
  const r = u.redemption;
  const points = r.held > 0n ? r.held : r.cost;
  u.append('VoucherUsed', { redemptionId: r.id, orderId });
  if (u.wallet.available < points) {
    if (r.flags.includes('late_order_unpaid')) return;
    return u.append('RedemptionFlagged', { redemptionId: r.id, reason: 'late_order_unpaid' });
  }
  const { rewardOptionId, rewardName, holdSeconds, callSeconds, dialect } = r;
  const redemptionId = recoveryId;
  const ends = u.now;
  u.append('RedemptionRequested', {
    redemptionId,
    rewardOptionId,
    rewardName,
    points,
    deduction: 'order',
    provider: undefined,
    callerVoucher: undefined,
    requestExpiresAt: ends,
    holdSeconds,
    callSeconds,
    dialect,
    dialectId: undefined,
    recoversRedemptionId: r.id,
    // The shop has honoured the code whatever is left: it counts, and no limit refuses it.
    terms: r.terms,
  });
  u.append('PointsReserved', { redemptionId, points, reserveExpiresAt: ends, callsUntil: ends });
  u.append('RedemptionCommitted', { redemptionId, points, held: points, basis: 'order', orderId });
}

function release(u: Unfolding, { unlessIssued }: ReleaseRedemption, reaction: Reaction): void {
  const r = u.redemption;
  switch (reaction) {
    case 'fail_cancelled':
      return u.append('RedemptionFailed', { redemptionId: r.id, reason: 'cancelled' });
    case 'give_back':
      if (unlessIssued === true && hasVoucher(r)) return;
      if (nothingToVoid(r)) return releaseHold(u, 'cancelled');
      if (!canVoid(r)) refuse('PROVIDER_CANNOT_VOID');
      return u.append('ReleaseStarted', { redemptionId: r.id, reason: 'cancelled' });
    default:
      return refuseOrNothing(reaction);
  }
}

function reverse(u: Unfolding, { points: asked }: ReverseRedemption, reaction: Reaction): void {
  if (reaction !== 'start_reversal') return refuseOrNothing(reaction);
  const r = u.redemption;
  const whole = outstanding(r);
  const points = asked ?? whole;
  if (points <= 0n || points > whole) refuse('POINTS_EXCEED_COMMITTED');
  if (isUsedUp(r)) return u.append('RedemptionReversed', { redemptionId: r.id, points });
  if (points !== whole) refuse('VOUCHER_NOT_USED');
  if (r.voucher.callers) return u.append('RedemptionReversed', { redemptionId: r.id, points });
  if (!canVoid(r)) refuse('PROVIDER_CANNOT_VOID');
  u.append('ReversalStarted', { redemptionId: r.id, points });
}

/** Used or voided: there is no voucher left that would work on after the points are back. */
function isUsedUp({ voucher }: Redemption): boolean {
  return voucher.orderId !== undefined || voucher.state === 'used' || voucher.state === 'voided';
}

function isExpired(r: Redemption): boolean {
  return r.status === 'expired' || (r.status === 'releasing' && r.releaseStartReason === 'expired');
}

function refuseOrNothing(reaction: Reaction): void {
  if (reaction !== 'already_so') refuse(reaction as DomainErrorCode);
}

function refuse(code: DomainErrorCode): never {
  throw new DomainError(code);
}
