/**
 * Every reason for which a command is never legal in the state it meets. A business "no" is not here: it is an event.
 * Each dialect maps every one of these to its own answer; a missing mapping fails to compile.
 */
export const domainErrorCodes = [
  'REDEMPTION_NOT_FOUND',
  'NOT_READY',
  'VOUCHER_NOT_ISSUED',
  'HOLD_EXPIRED',
  'ALREADY_RELEASED',
  'ALREADY_COMMITTED',
  'CODE_ALREADY_USED',
  'NOT_COMMITTED',
  'VOUCHER_NOT_USED',
  'PROVIDER_CANNOT_VOID',
  'POINTS_EXCEED_HOLD',
  'POINTS_EXCEED_COMMITTED',
  'POINTS_OUT_OF_RANGE',
  'INSUFFICIENT_POINTS',
  'FLAG_OUTCOME_NOT_APPLICABLE',
  'VOUCHER_CALL_IN_FLIGHT',
  'POINTS_COST_MISMATCH',
  'POINTS_REQUIRED',
  'POINTS_NOT_OFFERED',
  'VALUE_NOT_ACCEPTED',
  'CURRENCY_MISMATCH',
] as const;

export type DomainErrorCode = (typeof domainErrorCodes)[number];

const explanations: Record<DomainErrorCode, string> = {
  REDEMPTION_NOT_FOUND: 'There is no such redemption in this wallet.',
  NOT_READY: 'The points are not reserved yet. Ask again when the redemption has settled.',
  VOUCHER_NOT_ISSUED: 'The voucher has not been issued yet. Ask again when the redemption has settled.',
  HOLD_EXPIRED: 'The hold on the points has expired. Redeem again.',
  ALREADY_RELEASED: 'The points have already been given back. Redeem again.',
  ALREADY_COMMITTED: 'The points have already been committed. Reverse the redemption to give them back.',
  CODE_ALREADY_USED: 'Another order has already used this voucher.',
  NOT_COMMITTED: 'Nothing has been committed, so there is nothing to reverse. Release the redemption instead.',
  VOUCHER_NOT_USED: 'The voucher is unused, so only the whole redemption can be reversed. Leave out "points".',
  PROVIDER_CANNOT_VOID: 'The voucher provider cannot cancel a voucher, so the points cannot be given back.',
  POINTS_EXCEED_HOLD: 'More points were asked for than are held by this redemption.',
  POINTS_EXCEED_COMMITTED: 'More points were asked back than are still committed by this redemption.',
  POINTS_OUT_OF_RANGE: 'The amount would take the wallet beyond 9223372036854775807 points.',
  INSUFFICIENT_POINTS: 'The wallet does not have enough available points.',
  FLAG_OUTCOME_NOT_APPLICABLE: 'This outcome does not fit the state the redemption is in.',
  VOUCHER_CALL_IN_FLIGHT: 'A call to the provider is still in flight. Try again after its deadline.',
  POINTS_COST_MISMATCH: 'This reward costs another number of points. Read its cost from the catalogue.',
  POINTS_REQUIRED: 'This reward costs as many points as you say. Say how many.',
  POINTS_NOT_OFFERED: 'This reward is not offered for that many points. Read its bounds and step from the catalogue.',
  VALUE_NOT_ACCEPTED: 'Only a cashback reward takes a value, and then no points beside it.',
  CURRENCY_MISMATCH: 'This reward is in another currency. Read it from the catalogue.',
};

/** A command that can never be carried out in the state it met; nothing is written. */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(readonly code: DomainErrorCode) {
    super(explanations[code]);
  }
}
