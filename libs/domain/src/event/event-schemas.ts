import {
  flag,
  listOf,
  moment,
  oneOf,
  optional,
  points,
  pointsDelta,
  record,
  smallInteger,
  text,
  token,
  type Field,
  type RecordOf,
  type ValueOf,
} from './field.js';

/**
 * A voucher's code at rest. Codes are bearer money: the text is AES-256-GCM ciphertext under the key `keyId`, `digest` a
 * keyed look-up digest in hexadecimal, `last4` the only part a person sees in a list.
 */
export const sealedCode = record({ cipher: token, keyId: text, digest: token, last4: text });
export type SealedCode = ValueOf<typeof sealedCode>;

/**
 * The provider a redemption is bound to for ever: its name and configuration version, what it is able to do, and the
 * key that every call about this redemption carries.
 */
export const boundProvider = record({
  name: text,
  version: points,
  kind: text,
  key: token,
  idempotent: flag,
  canLookup: flag,
  canCancel: flag,
});
export type BoundProvider = ValueOf<typeof boundProvider>;

export const failureReasons = oneOf(
  'insufficient_points',
  'not_eligible',
  'out_of_stock',
  'limit_reached',
  'not_available',
  'request_expired',
  'cancelled',
);
export type FailureReason = ValueOf<typeof failureReasons>;

export const releaseStartReasons = oneOf('expired', 'cancelled');
export const releaseReasons = oneOf('expired', 'declined', 'cancelled');
export type ReleaseReason = ValueOf<typeof releaseReasons>;

/** What made a commit final: the saga, an order that carries the code, an explicit call, or the provider's word that it was used. */
export const commitBases = oneOf('immediate', 'order', 'explicit', 'provider_used');
export type CommitBasis = ValueOf<typeof commitBases>;

export const flagReasons = oneOf(
  'voucher_unknown',
  'cancel_unknown',
  'provider_cannot_void',
  'orphan_used',
  'second_voucher',
  'code_ambiguous',
  'late_order_unpaid',
);
export type FlagReason = ValueOf<typeof flagReasons>;

export const flagOutcomes = oneOf('issued', 'not_issued', 'voided', 'used', 'accept_loss');
export type FlagOutcome = ValueOf<typeof flagOutcomes>;

export const referenceTypes = oneOf('redemption', 'order', 'manual');
export type ReferenceType = ValueOf<typeof referenceTypes>;

export const deductions = oneOf('immediate', 'order');
export type Deduction = ValueOf<typeof deductions>;

export const discountTypes = ['fixed_amount', 'percentage', 'free_shipping'] as const;
export type DiscountType = (typeof discountTypes)[number];

export const expirationPresets = ['NO_EXPIRATION', 'SEVEN_DAYS', 'THIRTY_DAYS', 'NINETY_DAYS', 'ONE_YEAR'] as const;
export type ExpirationPreset = (typeof expirationPresets)[number];

/**
 * What the catalogue's option says of a redemption, as it stood when that was requested: later changes of the option
 * don't reach it. `discountValue` is what this voucher is worth, an exact decimal in `currency` or per cent. A reservation takes one of
 * each counter in `limits`, of which there may be `max`.
 */
export const optionTerms = record({
  currency: token,
  discountType: oneOf(...discountTypes),
  discountValue: token,
  codePrefix: optional(token),
  expiration: optional(oneOf(...expirationPresets)),
  limits: listOf(record({ counter: token, max: points })),
  limitsReturnOnRefund: flag,
});
export type OptionTerms = ValueOf<typeof optionTerms>;

const redemptionId = token;

/** The data of every event, at its newest version. Older versions are brought up to these by `upcast`. */
export const eventSchemas = {
  WalletOpened: record({}),
  PointsEarned: record({ points, referenceType: referenceTypes, referenceId: optional(text) }),
  PointsAdjusted: record({ pointsDelta, referenceType: referenceTypes, referenceId: optional(text) }),
  PointsExpired: record({ points }),
  EarnReversed: record({ points, shortfall: points, referenceId: optional(text) }),
  RedemptionRequested: record({
    redemptionId,
    rewardOptionId: text,
    rewardName: text,
    points,
    deduction: deductions,
    provider: optional(boundProvider),
    callerVoucher: optional(record({ code: sealedCode, externalId: optional(text), provider: optional(text) })),
    requestExpiresAt: moment,
    holdSeconds: points,
    callSeconds: points,
    dialect: text,
    dialectId: optional(points),
    recoversRedemptionId: optional(token),
    terms: optional(optionTerms),
  }),
  RedemptionFailed: record({ redemptionId, reason: failureReasons }),
  PointsReserved: record({ redemptionId, points, reserveExpiresAt: moment, callsUntil: moment }),
  VoucherCallStarted: record({ redemptionId, attempt: smallInteger, callDeadline: moment }),
  VoucherCallEnded: record({ redemptionId, attempt: smallInteger, outcome: oneOf('not_sent', 'unknown') }),
  VoucherIssued: record({
    redemptionId,
    provider: text,
    externalId: optional(text),
    code: sealedCode,
    expiresAt: optional(moment),
  }),
  VoucherDeclined: record({ redemptionId, reason: text }),
  RedemptionCommitted: record({ redemptionId, points, held: points, basis: commitBases, orderId: optional(text) }),
  ReleaseStarted: record({ redemptionId, reason: releaseStartReasons }),
  RedemptionReleased: record({ redemptionId, points, reason: releaseReasons }),
  ReversalStarted: record({ redemptionId, points }),
  RedemptionReversed: record({ redemptionId, points }),
  VoucherVoided: record({ redemptionId }),
  VoucherUsed: record({ redemptionId, orderId: optional(text) }),
  RedemptionFlagged: record({ redemptionId, reason: flagReasons }),
  FlagResolved: record({ redemptionId, reasons: listOf(flagReasons), outcome: flagOutcomes }),
} as const satisfies Record<string, Field<RecordOf<Readonly<Record<string, Field<unknown>>>>>>;

export type EventType = keyof typeof eventSchemas;

export const eventTypes = Object.keys(eventSchemas) as readonly EventType[];
