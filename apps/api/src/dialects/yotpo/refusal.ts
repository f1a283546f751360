import type { FailureReason, Redemption, ReleaseReason } from '#domain';

const failures: Record<FailureReason, string> = {
  insufficient_points: 'The customer does not have enough points for this redemption option.',
  not_eligible: 'The customer is not eligible for this redemption option.',
  out_of_stock: 'This redemption option is out of stock.',
  limit_reached: 'The customer has redeemed this option as often as allowed.',
  not_available: 'This redemption option is not available now.',
  request_expired: 'The redemption was not taken up in time. No points were deducted; redeem again.',
  cancelled: 'The redemption was cancelled. No points were deducted.',
};

const releases: Record<ReleaseReason, string> = {
  declined: 'The coupon was declined by its provider. The points have been given back.',
  expired: 'No coupon was to be had in time. The points have been given back.',
  cancelled: 'The redemption was cancelled. The points have been given back.',
};

/** Why a redemption that was refused was refused, in words: the dialect knows no codes. */
export function refusalOf({ failureReason, releaseReason }: Redemption): string {
  if (failureReason !== undefined) return failures[failureReason];
  return releaseReason === undefined ? releases.cancelled : releases[releaseReason];
}
