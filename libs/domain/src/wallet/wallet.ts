import type { DomainEvent, EventPlace } from '../event/ledger-event.js';
import type { Instant } from '../instant.js';
import type { Points } from '../points.js';

/**
 * One customer's points, folded from the stream.
 *
 *   available + reserved + burned + expired = earned + adjustedUp − adjustedDown − earnReversed, and none is negative.
 *
 * `lifetimeEarned` and `lifetimeBurned` follow from these (`lifetimeEarned`, `burned`).
 */
export interface Wallet {
  readonly version: bigint;
  readonly available: Points;
  readonly reserved: Points;
  /** Committed and not reversed: the lifetime burned. */
  readonly burned: Points;
  readonly expired: Points;
  readonly earned: Points;
  readonly adjustedUp: Points;
  readonly adjustedDown: Points;
  readonly earnReversed: Points;
  /** Time of the newest event; the next one is never earlier. */
  readonly lastOccurredAt: Instant | undefined;
  /** Time of the newest event that moved points. */
  readonly lastEntryAt: Instant | undefined;
}

/** The wallet before its first event. */
export const emptyWallet: Wallet = Object.freeze({
  version: 0n,
  available: 0n,
  reserved: 0n,
  burned: 0n,
  expired: 0n,
  earned: 0n,
  adjustedUp: 0n,
  adjustedDown: 0n,
  earnReversed: 0n,
  lastOccurredAt: undefined,
  lastEntryAt: undefined,
});

export function lifetimeEarned(wallet: Wallet): Points {
  return wallet.earned + wallet.adjustedUp;
}

/** Whether the wallet's columns add up; the audit reports where they do not. */
export function isConserved(w: Wallet): boolean {
  return w.available + w.reserved + w.burned + w.expired === w.earned + w.adjustedUp - w.adjustedDown - w.earnReversed;
}

/** Folds one event into the wallet. Total: it reports history and never refuses. */
export function evolveWallet(wallet: Wallet, event: DomainEvent, place: EventPlace): Wallet {
  const moved = movePoints(wallet, event);
  const { available, reserved, burned, expired, earned, adjustedUp, adjustedDown, earnReversed } = moved ?? wallet;
  // Named one by one: every wallet then has one shape, and making one costs next to nothing.
  return {
    version: place.version,
    available,
    reserved,
    burned,
    expired,
    earned,
    adjustedUp,
    adjustedDown,
    earnReversed,
    lastOccurredAt: place.occurredAt,
    lastEntryAt: moved === undefined ? wallet.lastEntryAt : place.occurredAt,
  };
}

/** The wallet after the points an event moves; `undefined` when it moves none. */
function movePoints(w: Wallet, event: DomainEvent): Wallet | undefined {
  switch (event.type) {
    case 'PointsEarned':
      return { ...w, available: w.available + event.data.points, earned: w.earned + event.data.points };
    case 'PointsAdjusted':
      return adjust(w, event.data.pointsDelta);
    case 'PointsExpired':
      return { ...w, available: w.available - event.data.points, expired: w.expired + event.data.points };
    case 'EarnReversed':
      return { ...w, available: w.available - event.data.points, earnReversed: w.earnReversed + event.data.points };
    case 'PointsReserved':
      return { ...w, available: w.available - event.data.points, reserved: w.reserved + event.data.points };
    case 'RedemptionCommitted':
      return {
        ...w,
        available: w.available + event.data.held - event.data.points,
        reserved: w.reserved - event.data.held,
        burned: w.burned + event.data.points,
      };
    case 'RedemptionReleased':
      return { ...w, available: w.available + event.data.points, reserved: w.reserved - event.data.points };
    case 'RedemptionReversed':
      return { ...w, available: w.available + event.data.points, burned: w.burned - event.data.points };
    default:
      return undefined;
  }
}

function adjust(w: Wallet, delta: bigint): Wallet {
  return delta >= 0n
    ? { ...w, available: w.available + delta, adjustedUp: w.adjustedUp + delta }
    : { ...w, available: w.available + delta, adjustedDown: w.adjustedDown - delta };
}
