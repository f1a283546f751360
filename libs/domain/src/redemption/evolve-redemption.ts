import type { DomainEvent, EventPlace } from '../event/ledger-event.js';
import { invariant } from '../invariant.js';
import { isGivenBack, type ProviderCalls, type Redemption, type Voucher } from './redemption.js';

/** A fresh copy of a redemption, on its way to being the next one. */
type Draft<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Folds one event into the redemption it names. Total over every history the engine can write: it reports what happened
 * and never refuses. The one thing it insists on is that a redemption begins with `RedemptionRequested`.
 */
export function evolveRedemption(before: Redemption | undefined, event: DomainEvent, place: EventPlace): Redemption {
  if (event.type === 'RedemptionRequested') return requested(event.data, place);
  invariant(before !== undefined, `${event.type} stands before RedemptionRequested`);
  const next = copyOf(before);
  apply(next, event, place);
  next.firstOutcome ??= outcomeOf(next);
  next.lastVersion = place.version;
  next.updatedAt = place.occurredAt;
  if (movesPoints(event)) next.lastEntryVersion = place.version;
  return next;
}

function requested(data: DomainEvent<'RedemptionRequested'>['data'], place: EventPlace): Redemption {
  return {
    id: data.redemptionId,
    status: 'requested',
    rewardOptionId: data.rewardOptionId,
    rewardName: data.rewardName,
    cost: data.points,
    held: 0n,
    committed: 0n,
    reversed: 0n,
    deduction: data.deduction,
    provider: data.provider,
    dialect: data.dialect,
    dialectId: data.dialectId,
    recoversRedemptionId: data.recoversRedemptionId,
    terms: data.terms,
    requestedAt: place.occurredAt,
    requestExpiresAt: data.requestExpiresAt,
    holdSeconds: data.holdSeconds,
    callSeconds: data.callSeconds,
    reserveExpiresAt: undefined,
    callsUntil: undefined,
    committedAt: undefined,
    releasedAt: undefined,
    failureReason: undefined,
    releaseStartReason: undefined,
    releaseReason: undefined,
    commitBasis: undefined,
    voucher: {
      state: data.callerVoucher === undefined ? 'none' : 'issued',
      callers: data.callerVoucher !== undefined,
      code: data.callerVoucher?.code,
      provider: data.callerVoucher?.provider,
      externalId: data.callerVoucher?.externalId,
      expiresAt: undefined,
      others: [],
      orderId: undefined,
      orderIds: [],
      declinedReason: undefined,
    },
    calls: { attempts: 0, open: false, deadline: undefined, startedBy: undefined, everSent: false, everUnknown: false },
    flags: [],
    lossAccepted: false,
    firstOutcome: undefined,
    firstVersion: place.version,
    lastVersion: place.version,
    lastEntryVersion: undefined,
    updatedAt: place.occurredAt,
  };
}

/** Named one by one, in the order of `requested`: spread, so many fields are added one after the other. */
function copyOf(r: Redemption): Draft<Redemption> {
  return {
    id: r.id,
    status: r.status,
    rewardOptionId: r.rewardOptionId,
    rewardName: r.rewardName,
    cost: r.cost,
    held: r.held,
    committed: r.committed,
    reversed: r.reversed,
    deduction: r.deduction,
    provider: r.provider,
    dialect: r.dialect,
    dialectId: r.dialectId,
    recoversRedemptionId: r.recoversRedemptionId,
    terms: r.terms,
    requestedAt: r.requestedAt,
    requestExpiresAt: r.requestExpiresAt,
    holdSeconds: r.holdSeconds,
    callSeconds: r.callSeconds,
    reserveExpiresAt: r.reserveExpiresAt,
    callsUntil: r.callsUntil,
    committedAt: r.committedAt,
    releasedAt: r.releasedAt,
    failureReason: r.failureReason,
    releaseStartReason: r.releaseStartReason,
    releaseReason: r.releaseReason,
    commitBasis: r.commitBasis,
    voucher: r.voucher,
    calls: r.calls,
    flags: r.flags,
    lossAccepted: r.lossAccepted,
    firstOutcome: r.firstOutcome,
    firstVersion: r.firstVersion,
    lastVersion: r.lastVersion,
    lastEntryVersion: r.lastEntryVersion,
    updatedAt: r.updatedAt,
  };
}

function apply(r: Draft<Redemption>, event: DomainEvent, place: EventPlace): void {
  switch (event.type) {
    case 'RedemptionFailed':
      r.status = 'failed';
      r.failureReason = event.data.reason;
      return;
    case 'PointsReserved':
      r.status = 'reserved';
      r.held = event.data.points;
      r.reserveExpiresAt = event.data.reserveExpiresAt;
      r.callsUntil = event.data.callsUntil;
      return;
    case 'VoucherCallStarted':
      r.calls = callStarted(r.calls, event.data, place);
      changedVoucher(r).state = 'calling';
      return;
    case 'VoucherCallEnded':
      return callEnded(r, event.data);
    case 'VoucherIssued':
      return issued(r, event.data);
    case 'VoucherDeclined': {
      const voucher = changedVoucher(r);
      voucher.state = 'declined';
      voucher.declinedReason = event.data.reason;
      return closeCall(r);
    }
    case 'RedemptionCommitted':
      return committed(r, event.data, place);
    case 'ReleaseStarted':
      r.status = 'releasing';
      r.releaseStartReason = event.data.reason;
      return;
    case 'RedemptionReleased':
      r.status = event.data.reason === 'expired' ? 'expired' : 'released';
      r.releaseReason = event.data.reason;
      r.releasedAt = place.occurredAt;
      return;
    case 'ReversalStarted':
      r.status = 'reversing';
      return;
    case 'RedemptionReversed':
      r.reversed += event.data.points;
      if (r.reversed < r.committed) return;
      r.status = 'reversed';
      r.releasedAt = place.occurredAt;
      return;
    case 'VoucherVoided':
      changedVoucher(r).state = 'voided';
      return closeCall(r);
    case 'VoucherUsed':
      return used(r, event.data.orderId);
    case 'RedemptionFlagged':
      if (!r.flags.includes(event.data.reason)) r.flags = [...r.flags, event.data.reason];
      return;
    case 'FlagResolved': {
      const { reasons, outcome } = event.data;
      r.flags = r.flags.filter((reason) => !reasons.includes(reason));
      r.lossAccepted ||= outcome === 'accept_loss';
      return;
    }
    default:
      return;
  }
}

function callStarted(
  before: ProviderCalls,
  data: DomainEvent<'VoucherCallStarted'>['data'],
  place: EventPlace,
): ProviderCalls {
  return {
    attempts: data.attempt,
    open: true,
    deadline: data.callDeadline,
    startedBy: place.causationId,
    everSent: true,
    // An attempt that has no end when the next one starts had passed its deadline: nobody knows how it ended.
    everUnknown: before.everUnknown || before.open,
  };
}

function callEnded(r: Draft<Redemption>, data: DomainEvent<'VoucherCallEnded'>['data']): void {
  const unknown = r.calls.everUnknown || data.outcome === 'unknown';
  r.calls = { ...r.calls, open: false, everUnknown: unknown, everSent: unknown };
  if (r.voucher.state === 'calling' && !unknown) changedVoucher(r).state = 'none';
}

function issued(
  r: Draft<Redemption>,
  { provider, externalId, code, expiresAt }: DomainEvent<'VoucherIssued'>['data'],
): void {
  closeCall(r);
  const voucher = changedVoucher(r);
  // A second, different voucher never replaces the first; the flag in the same append brings a person to it.
  if (voucher.code !== undefined) {
    voucher.others = [...voucher.others, { digest: code.digest, externalId }];
    return;
  }
  // A voucher that was used before its code came on record stays used: nobody has to void it any more.
  if (voucher.state !== 'used') voucher.state = isGivenBack(r) ? 'orphaned' : 'issued';
  voucher.provider = provider;
  voucher.externalId = externalId;
  voucher.code = code;
  voucher.expiresAt = expiresAt;
}

function committed(r: Draft<Redemption>, data: DomainEvent<'RedemptionCommitted'>['data'], place: EventPlace): void {
  r.status = 'committed';
  r.committed = data.points;
  r.committedAt = place.occurredAt;
  r.commitBasis = data.basis;
  if (data.orderId !== undefined) usedBy(r, data.orderId);
}

function used(r: Draft<Redemption>, orderId: string | undefined): void {
  if (r.status === 'reversing') r.status = 'committed';
  if (orderId === undefined) changedVoucher(r).state = 'used';
  else usedBy(r, orderId);
}

function usedBy(r: Draft<Redemption>, orderId: string): void {
  const voucher = changedVoucher(r);
  voucher.state = 'used';
  voucher.orderId = orderId;
  voucher.orderIds = [...voucher.orderIds, orderId];
}

/** The draft's own copy of its voucher, to be changed. */
function changedVoucher(r: Draft<Redemption>): Draft<Voucher> {
  const voucher = { ...r.voucher };
  r.voucher = voucher;
  return voucher;
}

function closeCall(r: Draft<Redemption>): void {
  if (r.calls.open) r.calls = { ...r.calls, open: false };
}

function outcomeOf(r: Redemption): 'granted' | 'refused' | undefined {
  if (r.status === 'committed') return 'granted';
  if (r.status === 'reserved' && r.deduction === 'order' && r.voucher.state === 'issued') return 'granted';
  return isGivenBack(r) ? 'refused' : undefined;
}

function movesPoints(event: DomainEvent): boolean {
  return (
    event.type === 'PointsReserved' ||
    event.type === 'RedemptionCommitted' ||
    event.type === 'RedemptionReleased' ||
    event.type === 'RedemptionReversed'
  );
}
