import {
  boundProvider,
  commitBases,
  deductions,
  failureReasons,
  flagReasons,
  optionTerms,
  releaseReasons,
  releaseStartReasons,
  sealedCode,
} from '../event/event-schemas.js';
import {
  flag,
  listOf,
  moment,
  oneOf,
  optional,
  points,
  record,
  smallInteger,
  text,
  token,
  type ValueOf,
} from '../event/field.js';

/**
 * The states of a redemption. The arrows are events; the points are in brackets (available, reserved, burned).
 *
 * | From      | Event                | To                  | Points      |
 * |-----------|----------------------|---------------------|-------------|
 * |           | RedemptionRequested  | requested           |             |
 * | requested | RedemptionFailed     | failed              |             |
 * | requested | PointsReserved p     | reserved            | −p, +p,     |
 * | reserved  | RedemptionCommitted  | committed           | +r−p, −r, +p|
 * | reserved  | ReleaseStarted       | releasing           |             |
 * | reserved, releasing | RedemptionReleased r | released, expired | +r, −r,|
 * | releasing | RedemptionCommitted  | committed           | +r−p, −r, +p|
 * | committed | ReversalStarted      | reversing           |             |
 * | committed, reversing | RedemptionReversed p | committed (a part), reversed (all) | +p, , −p |
 * | reversing | VoucherUsed          | committed           |             |
 */
export const redemptionStatuses = oneOf(
  'requested',
  'reserved',
  'releasing',
  'committed',
  'reversing',
  'failed',
  'released',
  'expired',
  'reversed',
);
export type RedemptionStatus = ValueOf<typeof redemptionStatuses>;

/** The voucher's own state, beside the redemption's. */
export const voucherStates = oneOf('none', 'calling', 'issued', 'declined', 'voided', 'used', 'orphaned');
export type VoucherState = ValueOf<typeof voucherStates>;

/** The provider calls made so far, as far as the rules need to remember them. */
const calls = record({
  /** Attempts started; the newest has this number. */
  attempts: smallInteger,
  /** Whether the newest attempt has no end on record. */
  open: flag,
  deadline: optional(moment),
  /** The command that started the newest attempt: only its sender may make the call. */
  startedBy: optional(token),
  /** An attempt did not end `not_sent`: the provider may have seen the key. The open attempt counts. */
  everSent: flag,
  /** An attempt before the newest open one ended unknown, or passed its deadline without an end. */
  everUnknown: flag,
});

const voucher = record({
  state: voucherStates,
  /** The caller brought the code: no provider is asked, and nothing has to be voided. */
  callers: flag,
  code: optional(sealedCode),
  provider: optional(text),
  externalId: optional(text),
  expiresAt: optional(moment),
  /** Vouchers that came after the first, under another code or external id: each is recorded and flagged once. */
  others: listOf(record({ digest: token, externalId: optional(text) })),
  /** The newest order that used the code. */
  orderId: optional(text),
  /** Every order that carried the code: the order's id is its natural key, so none counts twice. */
  orderIds: listOf(text),
  declinedReason: optional(text),
});

/** One redemption, folded from its events. Its canonical JSON is what the inline projection stores. */
export const redemption = record({
  id: token,
  status: redemptionStatuses,
  rewardOptionId: text,
  rewardName: text,
  /** What was asked for; `held` is what the hold took, `committed` what was burned, `reversed` what came back of that. */
  cost: points,
  held: points,
  committed: points,
  reversed: points,
  deduction: deductions,
  provider: optional(boundProvider),
  dialect: text,
  dialectId: optional(points),
  recoversRedemptionId: optional(token),
  /** Of a catalogue's option; absent where name and cost were the caller's. */
  terms: optional(optionTerms),
  requestedAt: moment,
  requestExpiresAt: moment,
  holdSeconds: points,
  callSeconds: points,
  reserveExpiresAt: optional(moment),
  callsUntil: optional(moment),
  committedAt: optional(moment),
  releasedAt: optional(moment),
  failureReason: optional(failureReasons),
  releaseStartReason: optional(releaseStartReasons),
  releaseReason: optional(releaseReasons),
  commitBasis: optional(commitBases),
  voucher,
  calls,
  flags: listOf(flagReasons),
  /** A person took the loss: the voucher counts as finished. */
  lossAccepted: flag,
  /** How it first settled; a repeat is answered with this outcome's HTTP status for ever. */
  firstOutcome: optional(oneOf('granted', 'refused')),
  /** Stream versions: its first and newest event, and its newest event that moved points. */
  firstVersion: points,
  lastVersion: points,
  lastEntryVersion: optional(points),
  updatedAt: moment,
});
export type Redemption = ValueOf<typeof redemption>;
export type Voucher = ValueOf<typeof voucher>;
export type ProviderCalls = ValueOf<typeof calls>;

/** Codes of these providers are ours to make and to void: no call leaves the process. */
const localKinds: readonly string[] = ['generated', 'pool'];

export function isLocal(r: Redemption): boolean {
  return r.provider !== undefined && localKinds.includes(r.provider.kind);
}

/** Whether its reservation takes something of a catalogue's limits. */
export function isLimited(r: Redemption): boolean {
  return r.terms !== undefined && r.terms.limits.length > 0;
}

/** Whether there is a voucher to honour: issued to us, or the caller's own. */
export function hasVoucher(r: Redemption): boolean {
  return r.voucher.state === 'issued' || r.voucher.state === 'used';
}

/** The points were never taken or have gone back: failed, released, expired, reversed. */
export function isGivenBack(r: Redemption): boolean {
  return r.status === 'failed' || r.status === 'released' || r.status === 'expired' || r.status === 'reversed';
}

/** Whether the saga still owes this redemption a step, now or later. */
export function isFinished(r: Redemption): boolean {
  return (r.status === 'committed' || isGivenBack(r)) && (r.voucher.state !== 'orphaned' || r.lossAccepted);
}

/** Committed; or reserved with its voucher where deduction waits for the order; or given back. */
export function isSettled(r: Redemption): boolean {
  if (r.status === 'reserved') return r.deduction === 'order' && hasVoucher(r);
  return r.status === 'committed' || isGivenBack(r);
}

export function outstanding(r: Redemption): bigint {
  return r.committed - r.reversed;
}
