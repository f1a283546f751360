import type { AdjustPoints, EarnPoints } from '../command.js';
import { DomainError } from '../domain-error.js';
import type { DomainEvent } from '../event/ledger-event.js';
import { isPoints } from '../points.js';
import { lifetimeEarned, type Wallet } from './wallet.js';

export function openWallet(wallet: Wallet): readonly DomainEvent[] {
  return wallet.version === 0n ? [{ type: 'WalletOpened', data: {} }] : [];
}

export function earnPoints(wallet: Wallet, { points, referenceType, referenceId }: EarnPoints): readonly DomainEvent[] {
  if (points <= 0n) throw new DomainError('POINTS_OUT_OF_RANGE');
  assertRoomFor(wallet, points);
  return [{ type: 'PointsEarned', data: { points, referenceType, referenceId } }];
}

export function adjustPoints(wallet: Wallet, command: AdjustPoints): readonly DomainEvent[] {
  const { pointsDelta, referenceType, referenceId } = command;
  if (pointsDelta === 0n) return [];
  if (pointsDelta > 0n) assertRoomFor(wallet, pointsDelta);
  else if (wallet.available + pointsDelta < 0n) throw new DomainError('INSUFFICIENT_POINTS');
  else if (!isPoints(wallet.adjustedDown - pointsDelta)) throw new DomainError('POINTS_OUT_OF_RANGE');
  return [{ type: 'PointsAdjusted', data: { pointsDelta, referenceType, referenceId } }];
}

/** Every balance is at most what ever came in, so bounding that bounds them all. */
function assertRoomFor(wallet: Wallet, points: bigint): void {
  if (!isPoints(lifetimeEarned(wallet) + points)) throw new DomainError('POINTS_OUT_OF_RANGE');
}
