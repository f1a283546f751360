import type { DomainEvent } from './event/ledger-event.js';

export type EntryType = 'earn' | 'adjust' | 'reserve' | 'commit' | 'release' | 'expire' | 'refund';

/** The part of a LedgerEntry that follows from the event's data: what it is called, and its change of *available*. */
export interface EntryMovement {
  readonly entryType: EntryType;
  readonly pointsDelta: bigint;
  readonly referenceType: 'redemption' | 'order' | 'manual';
  readonly referenceId: string | undefined;
}

/** The public view of an event that moved points; `undefined` for one that moved none. */
export function entryMovementOf(event: DomainEvent): EntryMovement | undefined {
  switch (event.type) {
    case 'PointsEarned':
      return { ...reference(event.data), entryType: 'earn', pointsDelta: event.data.points };
    case 'PointsAdjusted':
      return { ...reference(event.data), entryType: 'adjust', pointsDelta: event.data.pointsDelta };
    case 'PointsExpired':
      return { entryType: 'expire', pointsDelta: -event.data.points, referenceType: 'manual', referenceId: undefined };
    case 'EarnReversed': {
      const { points, referenceId } = event.data;
      return { entryType: 'adjust', pointsDelta: -points, referenceType: 'order', referenceId };
    }
    case 'PointsReserved':
      return ofRedemption('reserve', -event.data.points, event.data.redemptionId);
    case 'RedemptionCommitted':
      return ofRedemption('commit', event.data.held - event.data.points, event.data.redemptionId);
    case 'RedemptionReleased': {
      const { reason, points, redemptionId } = event.data;
      return ofRedemption(reason === 'expired' ? 'expire' : 'release', points, redemptionId);
    }
    case 'RedemptionReversed':
      return ofRedemption('refund', event.data.points, event.data.redemptionId);
    default:
      return undefined;
  }
}

function ofRedemption(entryType: EntryType, pointsDelta: bigint, referenceId: string): EntryMovement {
  return { entryType, pointsDelta, referenceType: 'redemption', referenceId };
}

function reference(
  data: Pick<EntryMovement, 'referenceType' | 'referenceId'>,
): Pick<EntryMovement, 'referenceType' | 'referenceId'> {
  return { referenceType: data.referenceType, referenceId: data.referenceId };
}
