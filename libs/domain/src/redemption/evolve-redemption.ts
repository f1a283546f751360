import type { DomainEvent, EventPlace } from '../event/ledger-event.js';
import { invariant } from '../invariant.js';
import { isGivenBack, type ProviderCalls, type Redemption, type Voucher } from './redemption.js';

/**
 * Folds one event into the redemption it names. Total over every history the engine can write: it reports what happened
 * and never refuses. The one thing it insists on is that a redemption begins with `RedemptionRequested`.
 */
export function evolveRedemption(before: Redemption | undefined, event: DomainEvent, place: EventPlace): Redemption {
  if (event.type === 'RedemptionRequested') return requested(event.data, place);
  invariant(before !== undefined, `${event.type} stands before RedemptionRequested`);
  const after = apply(before, event, place);
  return {
    ...after,
    firstOutcome: before.firstOutcome ?? outcomeOf(after),
    lastVersion: place.version,
    lastEntryVersion: movesPoints(event) ? place.version : before.lastEntryVersion,
    updatedAt: place.occurredAt,
  };
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

function apply(r: Redemption, event: DomainEvent, place: EventPlace): Redemption {
  switch (event.type) {
    case 'RedemptionFailed':
      return { ...r, status: 'failed', failureReason: event.data.reason };
    case 'PointsReserved': {
      const { points: held, reserveExpiresAt, callsUntil } = event.data;
      return { ...r, status: 'reserved', held, reserveExpiresAt, callsUntil };
    }
    case 'VoucherCallStarted':
      return { ...withVoucher(r, { state: 'calling' }), calls: callStarted(r.calls, event.data, place) };
    case 'VoucherCallEnded':
      return callEnded(r, event.data);
    case 'VoucherIssued':
      return issued(r, event.data);
    case 'VoucherDeclined':
      return {
        ...withVoucher(r, { state: 'declined', declinedReason: event.data.reason }),
        calls: { ...r.calls, open: false },
      };
    case 'RedemptionCommitted':
      return committed(r, event.data, place);
    case 'ReleaseStarted':
      return { ...r, status: 'releasing', releaseStartReason: event.data.reason };
    case 'RedemptionReleased': {
      const { reason } = event.data;
      const status = reason === 'expired' ? 'expired' : 'released';
      return { ...r, status, releaseReason: reason, releasedAt: place.occurredAt };
    }
    case 'ReversalStarted':
      return { ...r, status: 'reversing' };
    case 'RedemptionReversed': {
      const reversed = r.reversed + event.data.points;
      const whole = reversed >= r.committed;
      return {
        ...r,
        reversed,
        status: whole ? 'reversed' : r.status,
        releasedAt: whole ? place.occurredAt : r.releasedAt,
      };
    }
    case 'VoucherVoided':
      return { ...withVoucher(r, { state: 'voided' }), calls: { ...r.calls, open: false } };
    case 'VoucherUsed':
      return used(r, event.data.orderId);
    case 'RedemptionFlagged':
      return r.flags.includes(event.data.reason) ? r : { ...r, flags: [...r.flags, event.data.reason] };
    case 'FlagResolved': {
      const { reasons, outcome } = event.data;
      return {
        ...r,
        flags: r.flags.filter((reason) => !reasons.includes(reason)),
        lossAccepted: r.lossAccepted || outcome === 'accept_loss',
      };
    }
    default:
      return r;
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

function callEnded(r: Redemption, data: DomainEvent<'VoucherCallEnded'>['data']): Redemption {
  const unknown = r.calls.everUnknown || data.outcome === 'unknown';
  const calls = { ...r.calls, open: false, everUnknown: unknown, everSent: unknown };
  const idle = r.voucher.state === 'calling' && !calls.everSent;
  return { ...(idle ? withVoucher(r, { state: 'none' }) : r), calls };
}

function issued(r: Redemption, data: DomainEvent<'VoucherIssued'>['data']): Redemption {
  const calls = { ...r.calls, open: false };
  // A second, different voucher never replaces the first; the flag in the same append brings a person to it.
  const { provider, externalId, code, expiresAt } = data;
  if (r.voucher.code !== undefined) {
    const others = [...r.voucher.others, { digest: code.digest, externalId }];
    return { ...withVoucher(r, { others }), calls };
  }
  // A voucher that was used before its code came on record stays used: nobody has to void it any more.
  const state = r.voucher.state === 'used' ? 'used' : isGivenBack(r) ? 'orphaned' : 'issued';
  return { ...withVoucher(r, { state, provider, externalId, code, expiresAt }), calls };
}

function committed(r: Redemption, data: DomainEvent<'RedemptionCommitted'>['data'], place: EventPlace): Redemption {
  const paid: Redemption = {
    ...r,
    status: 'committed',
    committed: data.points,
    committedAt: place.occurredAt,
    commitBasis: data.basis,
  };
  return data.orderId === undefined ? paid : usedBy(paid, data.orderId);
}

function used(r: Redemption, orderId: string | undefined): Redemption {
  const status = r.status === 'reversing' ? 'committed' : r.status;
  const after: Redemption = { ...r, status };
  return orderId === undefined ? withVoucher(after, { state: 'used' }) : usedBy(after, orderId);
}

function usedBy(r: Redemption, orderId: string): Redemption {
  return withVoucher(r, { state: 'used', orderId, orderIds: [...r.voucher.orderIds, orderId] });
}

function withVoucher(r: Redemption, change: Partial<Voucher>): Redemption {
  return { ...r, voucher: { ...r.voucher, ...change } };
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
