import type { EventType } from '../event/event-schemas.js';
import type { DomainEvent } from '../event/ledger-event.js';
import type { Instant } from '../instant.js';
import { nothingToVoid } from '../redemption/next-step.js';
import { hasVoucher, outstanding, type Redemption, type RedemptionStatus } from '../redemption/redemption.js';

type Rule<T extends EventType> = (r: Redemption, data: DomainEvent<T>['data'], at: Instant) => string | undefined;
type RedemptionEventType = {
  [T in EventType]: DomainEvent<T>['data'] extends { readonly redemptionId: string } ? T : never;
}[EventType];

/**
 * What must be true of a redemption before each event of its story, written apart from `decide`: the arrows of the table in
 * `redemption.ts` with their conditions. A rule answers with what it expected, or nothing where the step is legal.
 */
const rules: { readonly [T in Exclude<RedemptionEventType, 'RedemptionRequested'>]: Rule<T> } = {
  RedemptionFailed: (r) => inStatus(r, 'requested'),
  PointsReserved: (r, { points }) =>
    inStatus(r, 'requested') ?? unless(points === r.cost, `a hold of its cost, ${r.cost}`),
  VoucherCallStarted: (r, { attempt, callDeadline }, at) =>
    inStatus(r, 'reserved') ??
    unless(!hasVoucher(r), 'no call once there is a voucher') ??
    unless(attempt === r.calls.attempts + 1, `attempt ${r.calls.attempts + 1}`) ??
    unless(r.callsUntil !== undefined && callDeadline <= r.callsUntil, 'a deadline while calls are allowed') ??
    unless(!r.calls.open || at >= (r.calls.deadline ?? at), 'no attempt while the one before may still be answered'),
  VoucherCallEnded: (r, { attempt }) => unless(r.calls.open && attempt === r.calls.attempts, 'the open attempt’s end'),
  VoucherIssued: () => undefined,
  VoucherDeclined: (r) =>
    unless(r.calls.open && !r.calls.everUnknown, 'an open attempt, and none before it of unknown outcome'),
  RedemptionCommitted: committed,
  ReleaseStarted: (r) => inStatus(r, 'reserved'),
  RedemptionReleased: (r, { points }) =>
    inStatus(r, 'reserved', 'releasing') ??
    unless(points === r.held, `the whole hold back, ${r.held}`) ??
    unless(voucherIsOver(r), 'a voucher that is void or never was'),
  ReversalStarted: (r, { points }) =>
    inStatus(r, 'committed') ?? unless(points === outstanding(r), `all that is burned, ${outstanding(r)}`),
  RedemptionReversed: (r, { points }) =>
    inStatus(r, 'committed', 'reversing') ??
    unless(points > 0n && points <= outstanding(r), `at most what is burned, ${outstanding(r)}`) ??
    unless(r.voucher.state === 'used' || voucherIsOver(r), 'a voucher that was used by an order, or is void'),
  VoucherVoided: (r) =>
    notInStatus(r, 'requested') ?? unless(r.voucher.state !== 'voided', 'a voucher that is not void already'),
  VoucherUsed: (r, { orderId }) =>
    notInStatus(r, 'requested') ??
    unless(orderId === undefined || !r.voucher.orderIds.includes(orderId), 'an order that has not used it before'),
  RedemptionFlagged: (r, { reason }) => unless(!r.flags.includes(reason), 'a flag that does not stand already'),
  FlagResolved: (r, { reasons }) =>
    unless(reasons.length > 0 && reasons.every((reason) => r.flags.includes(reason)), 'flags that stand'),
};

/** What would have to be true for the event to be the redemption's next; `undefined` where it is a legal step. */
export function expectedBefore(r: Redemption | undefined, event: DomainEvent, at: Instant): string | undefined {
  if (event.type === 'RedemptionRequested') return unless(r === undefined, 'one request for a redemption');
  if (r === undefined) return 'RedemptionRequested before it';
  const rule = rules[event.type as keyof typeof rules] as Rule<EventType> | undefined;
  return rule?.(r, event.data, at);
}

/** As a person reads it in a finding. */
export function standing(r: Redemption | undefined, type: EventType): string {
  return r === undefined ? `${type} of an unknown redemption` : `${type} when ${r.status}, voucher ${r.voucher.state}`;
}

function committed(
  r: Redemption,
  { points, held, basis }: DomainEvent<'RedemptionCommitted'>['data'],
): string | undefined {
  const byOrder = basis === 'order';
  return (
    inStatus(r, 'reserved', 'releasing') ??
    unless(held === r.held, `the hold it has, ${r.held}`) ??
    unless(points > 0n && points <= held, `1 to ${held} points`) ??
    // An order that comes late carries the code of the redemption it recovers.
    unless(
      hasVoucher(r) || r.recoversRedemptionId !== undefined || (byOrder && r.status === 'releasing'),
      'a voucher first',
    ) ??
    unless(
      r.status === 'reserved' || byOrder || basis === 'provider_used',
      'nothing but a use once the release has begun',
    ) ??
    unless(basis !== 'immediate' || r.deduction === 'immediate', 'an order or an explicit commit')
  );
}

/** No code is out there that would work on after the points are back. */
function voucherIsOver(r: Redemption): boolean {
  return r.voucher.state === 'voided' || r.voucher.state === 'declined' || r.lossAccepted || nothingToVoid(r);
}

function inStatus(r: Redemption, ...statuses: readonly RedemptionStatus[]): string | undefined {
  return unless(statuses.includes(r.status), `status ${statuses.join(' or ')}`);
}

function notInStatus(r: Redemption, status: RedemptionStatus): string | undefined {
  return unless(r.status !== status, `a status after ${status}`);
}

function unless(isSo: boolean, expected: string): string | undefined {
  return isSo ? undefined : expected;
}
