import type { Points } from '../points.js';

/** How far an order's money had been given back before a refund (undefined: not at all yet), and how far it has been after it. */
export interface RefundStep {
  readonly totalCents: bigint;
  readonly beforeCents: bigint | undefined;
  readonly afterCents: bigint;
}

/**
 * The points that one refund of an order gives back, of those the order committed: in proportion to the money. What has been given back
 * so far is rounded down each time, and a refund gives the difference, so parts never sum to more than the whole, and the last cent
 * brings the last point (dialects.md §6).
 */
export function refundShare(committed: Points, { totalCents, beforeCents, afterCents }: RefundStep): Points {
  return (
    backAt(committed, totalCents, afterCents) -
    (beforeCents === undefined ? 0n : backAt(committed, totalCents, beforeCents))
  );
}

function backAt(committed: Points, totalCents: bigint, refundedCents: bigint): Points {
  if (refundedCents >= totalCents) return committed;
  return (committed * refundedCents) / totalCents;
}
