import { presetSeconds } from '../catalogue/expiration.js';
import type { AdvanceRedemption, IssuedVoucher, LocalVoucher, RequestRedemption } from '../command.js';
import { DomainError } from '../domain-error.js';
import type { ReleaseReason } from '../event/event-schemas.js';
import type { DomainEvent } from '../event/ledger-event.js';
import { addMillis, addSeconds, earlier, type Instant } from '../instant.js';
import { invariant } from '../invariant.js';
import { isPoints } from '../points.js';
import type { Unfolding } from '../unfolding.js';
import { nextStep, type Step } from './next-step.js';
import { hasVoucher, isLimited, isLocal, outstanding, type Redemption } from './redemption.js';

/** Opens a redemption. It neither looks at the balance nor reserves: that is the worker's, when it gets there. */
export function requestRedemption(
  existing: Redemption | undefined,
  command: RequestRedemption,
  now: Instant,
): readonly DomainEvent[] {
  if (existing !== undefined) return [];
  const { redemptionId, points, provider, callerVoucher, deduction, refusal } = command;
  if (refusal?.kind === 'illegal') throw new DomainError(refusal.code);
  if (points <= 0n || !isPoints(points)) throw new DomainError('POINTS_OUT_OF_RANGE');
  invariant((provider === undefined) !== (callerVoucher === undefined), 'one of provider and callerVoucher');
  if (deduction === 'order' && provider?.canCancel === false) throw new DomainError('PROVIDER_CANNOT_VOID');
  const data = {
    redemptionId,
    rewardOptionId: command.rewardOptionId,
    rewardName: command.rewardName,
    points,
    deduction,
    provider,
    callerVoucher,
    requestExpiresAt: addSeconds(now, command.requestTtlSeconds),
    holdSeconds: command.holdSeconds,
    callSeconds: command.callSeconds,
    dialect: command.dialect,
    dialectId: command.dialectId,
    recoversRedemptionId: undefined,
    terms: command.terms,
  };
  const requested = { type: 'RedemptionRequested', data } as const;
  if (refusal === undefined) return [requested];
  return [requested, { type: 'RedemptionFailed', data: { redemptionId, reason: refusal.reason } }];
}

/** Takes step after step while the next one needs nobody outside; stops at a wait, a provider, or the end. */
export function advance(u: Unfolding, command: AdvanceRedemption): void {
  let call = command.call;
  for (;;) {
    const written = u.events.length;
    const step = nextStep(u.redemption, u.now);
    if (step.kind === 'call' || (step.kind === 'find' && step.thenCall && call?.notFound === true)) {
      // At most one call in one decision: whoever wrote its start is the one who makes it.
      if (call !== undefined) startCall(u, call.timeoutMs);
      call = undefined;
    } else {
      perform(u, step, command.voucher);
    }
    if (u.events.length === written) return;
  }
}

function perform(u: Unfolding, step: Step, voucher: LocalVoucher): void {
  const r = u.redemption;
  const redemptionId = r.id;
  switch (step.kind) {
    case 'fail':
      return u.append('RedemptionFailed', { redemptionId, reason: 'request_expired' });
    case 'reserve':
      return reserve(u, voucher);
    case 'issue_locally':
      return typeof voucher === 'object' ? recordIssued(u, voucher) : undefined;
    case 'commit':
      return commitHold(u, { points: r.held, basis: 'immediate', orderId: undefined });
    case 'start_release':
      return u.append('ReleaseStarted', { redemptionId, reason: 'expired' });
    case 'release':
      return releaseHold(u, r.releaseStartReason ?? 'cancelled');
    case 'release_declined':
      return releaseHold(u, 'declined');
    case 'void_locally':
      return voided(u);
    case 'flag':
      return u.append('RedemptionFlagged', { redemptionId, reason: step.reason });
    default:
      return undefined;
  }
}

function reserve(u: Unfolding, voucher: LocalVoucher): void {
  const { id: redemptionId, cost, holdSeconds, callSeconds, provider } = u.redemption;
  if (u.wallet.available < cost) {
    return u.append('RedemptionFailed', { redemptionId, reason: 'insufficient_points' });
  }
  if (isLimited(u.redemption)) {
    // Nobody looked at the counters: points are not taken where a limit may be passed.
    if (u.limits === undefined) return;
    if (u.limits !== 'free') return u.append('RedemptionFailed', { redemptionId, reason: u.limits });
  }
  if (provider?.kind === 'pool') {
    if (voucher === 'none_left') return u.append('RedemptionFailed', { redemptionId, reason: 'out_of_stock' });
    // Others have the codes that are left in hand: points are not taken for a code that may not be there.
    if (voucher === undefined) return;
  }
  const reserveExpiresAt = addSeconds(u.now, holdSeconds);
  const callsUntil = earlier(reserveExpiresAt, addSeconds(u.now, callSeconds));
  u.append('PointsReserved', { redemptionId, points: cost, reserveExpiresAt, callsUntil });
  if (u.redemption.voucher.callers) flagSharedCode(u);
}

/** No deadline lies beyond `callsUntil`: after it, nothing can be in flight that the release would not know of. */
function startCall(u: Unfolding, timeoutMs: number): void {
  const r = u.redemption;
  const callDeadline = earlier(addMillis(u.now, timeoutMs), r.callsUntil as Instant);
  u.append('VoucherCallStarted', { redemptionId: r.id, attempt: r.calls.attempts + 1, callDeadline });
}

/**
 * A voucher is a fact about the world and is accepted in every status. The code already on record adds nothing; another
 * code or external id is appended, never replaces the first, and is flagged in the same append; so is a code that another
 * live redemption has.
 */
export function recordIssued(u: Unfolding, voucher: IssuedVoucher): void {
  const r = u.redemption;
  const { code, externalId, expiresAt } = voucher;
  if (isOnRecord(r, voucher)) return;
  u.append('VoucherIssued', {
    redemptionId: r.id,
    provider: r.provider?.name ?? 'caller',
    externalId,
    code,
    expiresAt,
  });
  if (r.voucher.code !== undefined && !r.flags.includes('second_voucher')) {
    u.append('RedemptionFlagged', { redemptionId: r.id, reason: 'second_voucher' });
  }
  flagSharedCode(u);
}

function flagSharedCode(u: Unfolding): void {
  const { id: redemptionId, flags } = u.redemption;
  if (u.codeIsShared && !flags.includes('code_ambiguous')) {
    u.append('RedemptionFlagged', { redemptionId, reason: 'code_ambiguous' });
  }
}

/** Whether this voucher is on record already, as the first or as one of those that came after it. */
function isOnRecord({ voucher }: Redemption, { code, otherDigests, externalId }: IssuedVoucher): boolean {
  if (voucher.code === undefined) return false;
  const known = [{ digest: voucher.code.digest, externalId: voucher.externalId }, ...voucher.others];
  return known.some(
    (one) =>
      (one.digest === code.digest || otherDigests.includes(one.digest)) &&
      (one.externalId === undefined || externalId === undefined || one.externalId === externalId),
  );
}

export function commitHold(
  u: Unfolding,
  { points, basis, orderId }: Pick<DomainEvent<'RedemptionCommitted'>['data'], 'points' | 'basis' | 'orderId'>,
): void {
  const { id: redemptionId, held } = u.redemption;
  u.append('RedemptionCommitted', { redemptionId, points, held, basis, orderId });
}

export function releaseHold(u: Unfolding, reason: ReleaseReason): void {
  const { id: redemptionId, held } = u.redemption;
  u.append('RedemptionReleased', { redemptionId, points: held, reason });
}

/** The voucher is not, and never will be, valid: what was waiting for that goes back in the same append. */
export function voided(u: Unfolding): void {
  const { id: redemptionId, status } = u.redemption;
  u.append('VoucherVoided', { redemptionId });
  if (status === 'releasing') releaseHold(u, u.redemption.releaseStartReason ?? 'cancelled');
  if (status === 'reversing') u.append('RedemptionReversed', { redemptionId, points: outstanding(u.redemption) });
}

/**
 * What the provider is told of the voucher's life: a tenth of the hold, at most an hour, before the hold ends. Where the points are
 * committed at once, nothing is waited for: the voucher lasts as its option says, from the reservation on.
 */
export function voucherExpiresAt(r: Redemption): Instant | undefined {
  if (r.reserveExpiresAt === undefined) return undefined;
  const expiration = r.terms?.expiration;
  if (r.deduction === 'immediate' && expiration !== undefined) {
    const seconds = presetSeconds[expiration];
    return seconds === undefined ? undefined : addSeconds(r.reserveExpiresAt, seconds - r.holdSeconds);
  }
  const tenth = r.holdSeconds / 10n;
  return addSeconds(r.reserveExpiresAt, tenth < 3600n ? -tenth : -3600n);
}

/** Whether the worker has to bring a code along when it advances this redemption. */
export function needsLocalCode(r: Redemption): boolean {
  return isLocal(r) && !hasVoucher(r) && (r.status === 'requested' || r.status === 'reserved');
}
