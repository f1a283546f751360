import type { FailureReason, Redemption, ReleaseReason } from '#domain';
import type { AnswerCode } from '../http/api-error.js';

/** A refused redemption as dialects with codes tell of it. */
export interface Refusal {
  readonly code: AnswerCode;
  readonly message: string;
}

const failures: Record<FailureReason, Refusal> = {
  insufficient_points: { code: 'INSUFFICIENT_POINTS', message: 'The customer does not have enough available points.' },
  not_eligible: { code: 'NOT_ELIGIBLE', message: 'The customer may not redeem this reward.' },
  out_of_stock: { code: 'OUT_OF_STOCK', message: 'The reward is out of stock.' },
  limit_reached: { code: 'LIMIT_REACHED', message: 'The customer has redeemed this reward as often as allowed.' },
  not_available: { code: 'REWARD_NOT_AVAILABLE', message: 'The reward is not available now.' },
  request_expired: {
    code: 'REQUEST_EXPIRED',
    message: 'The redemption was not taken up in time. Redeem again with a new key.',
  },
  cancelled: { code: 'REDEMPTION_CANCELLED', message: 'The redemption was cancelled.' },
};

const releases: Record<ReleaseReason, Refusal> = {
  declined: { code: 'VOUCHER_DECLINED', message: 'The voucher provider declined; the points have been given back.' },
  expired: { code: 'HOLD_EXPIRED', message: 'No voucher was to be had in time; the points have been given back.' },
  cancelled: {
    code: 'REDEMPTION_CANCELLED',
    message: 'The redemption was cancelled; the points have been given back.',
  },
};

const otherwise: Refusal = {
  code: 'REDEMPTION_CANCELLED',
  message: 'The points have been given back.',
};

/** Why a redemption that was refused was refused. */
export function refusalOf({ failureReason, releaseReason }: Redemption): Refusal {
  if (failureReason !== undefined) return failures[failureReason];
  return releaseReason === undefined ? otherwise : releases[releaseReason];
}
