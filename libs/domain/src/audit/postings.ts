import type { DomainEvent } from '../event/ledger-event.js';

/**
 * The accounts of double entry. `available`, `reserved`, `burned` and `expired` are the wallet's; points come into it from `earned`
 * and `adjusted` and go back to `earn_reversed`, whose balances are therefore the wallet's figures with the sign turned.
 */
export const accounts = ['available', 'reserved', 'burned', 'expired', 'earned', 'adjusted', 'earn_reversed'] as const;
export type Account = (typeof accounts)[number];

/** Points that an account gains, or loses where they are negative. Never 0. */
export interface Posting {
  readonly account: Account;
  readonly points: bigint;
}

/** An event as postings that sum to zero; none for one that moves no points. */
export function postingsOf(event: DomainEvent): readonly Posting[] {
  return movementsOf(event).filter(({ points }) => points !== 0n);
}

function movementsOf(event: DomainEvent): readonly Posting[] {
  switch (event.type) {
    case 'PointsEarned':
      return moved('earned', 'available', event.data.points);
    case 'PointsAdjusted':
      return moved('adjusted', 'available', event.data.pointsDelta);
    case 'PointsExpired':
      return moved('available', 'expired', event.data.points);
    case 'EarnReversed':
      return moved('available', 'earn_reversed', event.data.points);
    case 'PointsReserved':
      return moved('available', 'reserved', event.data.points);
    case 'RedemptionCommitted':
      return [
        { account: 'reserved', points: -event.data.held },
        { account: 'burned', points: event.data.points },
        { account: 'available', points: event.data.held - event.data.points },
      ];
    case 'RedemptionReleased':
      return moved('reserved', 'available', event.data.points);
    case 'RedemptionReversed':
      return moved('burned', 'available', event.data.points);
    default:
      return [];
  }
}

function moved(from: Account, to: Account, points: bigint): readonly Posting[] {
  return [
    { account: from, points: -points },
    { account: to, points },
  ];
}
