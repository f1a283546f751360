import { describe, expect, it } from '@jest/globals';

import {
  adjust,
  earn,
  failed,
  given,
  reserved,
  usedByOrder,
  WalletHistory,
  walletWith,
} from '../../../../test/support/domain/index.js';
import { POINTS_MAX } from '../points.js';
import { isConserved, lifetimeEarned } from './wallet.js';

const manual = { referenceType: 'manual', referenceId: undefined } as const;

describe('Wallet', () => {
  describe('when it does not exist yet', () => {
    it('is opened, once', () => {
      given(WalletHistory.empty())
        .when({ type: 'OpenWallet' })
        .thenRecords([{ type: 'WalletOpened', data: {} }]);
    });
  });

  describe('when points are earned', () => {
    it('adds them to what is available', () => {
      const { wallet } = given(walletWith(0n))
        .when(earn(70n))
        .thenRecords([{ type: 'PointsEarned', data: { points: 70n, ...manual } }], 'counts twice').state;
      expect(wallet).toMatchObject({ available: 70n, reserved: 0n, burned: 0n, earned: 70n });
    });

    it.each([0n, -1n])('refuses %s points', (points) => {
      given(walletWith(0n)).when(earn(points)).thenRefuses('POINTS_OUT_OF_RANGE');
    });

    it('takes the very last point of 64 bits, and not one more', () => {
      given(walletWith(0n))
        .when(earn(POINTS_MAX))
        .thenRecords([{ type: 'PointsEarned', data: { points: POINTS_MAX, ...manual } }], 'POINTS_OUT_OF_RANGE');
      given(walletWith(POINTS_MAX)).when(earn(1n)).thenRefuses('POINTS_OUT_OF_RANGE');
      given(walletWith(POINTS_MAX)).when(adjust(1n)).thenRefuses('POINTS_OUT_OF_RANGE');
    });

    it('bounds what ever came in, not only what is left', () => {
      const spent = walletWith(POINTS_MAX).after(adjust(-POINTS_MAX));
      expect(spent.state.wallet.available).toBe(0n);
      given(spent).when(earn(1n)).thenRefuses('POINTS_OUT_OF_RANGE');
    });
  });

  describe('when points are adjusted', () => {
    it('goes up and counts as earned for a lifetime', () => {
      const { wallet } = given(walletWith(10n))
        .when(adjust(5n))
        .thenRecords([{ type: 'PointsAdjusted', data: { pointsDelta: 5n, ...manual } }], 'counts twice').state;
      expect(wallet.available).toBe(15n);
      expect(lifetimeEarned(wallet)).toBe(15n);
    });

    it('goes down to zero and not below', () => {
      const { wallet } = given(walletWith(10n))
        .when(adjust(-10n))
        .thenRecords([{ type: 'PointsAdjusted', data: { pointsDelta: -10n, ...manual } }], 'INSUFFICIENT_POINTS').state;
      expect(wallet).toMatchObject({ available: 0n, adjustedDown: 10n });
      expect(lifetimeEarned(wallet)).toBe(10n);
      given(walletWith(10n)).when(adjust(-11n)).thenRefuses('INSUFFICIENT_POINTS');
    });

    it('leaves points alone that a redemption holds', () => {
      given(reserved()).when(adjust(-71n)).thenRefuses('INSUFFICIENT_POINTS');
    });

    it('records nothing for nothing', () => {
      given(walletWith(10n)).when(adjust(0n)).thenNothing();
    });
  });

  it('notes when points last moved, apart from when it last changed', () => {
    const quiet = failed();
    const { lastEntryAt, lastOccurredAt } = quiet.state.wallet;
    expect(lastEntryAt).toBe(quiet.events[1]?.occurredAt);
    expect(lastOccurredAt).toBe(quiet.events.at(-1)?.occurredAt);
    expect(lastOccurredAt).not.toBe(lastEntryAt);
  });

  it('does not add up once a point is made up', () => {
    const { wallet } = usedByOrder().state;
    expect(isConserved(wallet)).toBe(true);
    for (const name of [
      'available',
      'reserved',
      'burned',
      'expired',
      'earned',
      'adjustedUp',
      'adjustedDown',
      'earnReversed',
    ] as const) {
      expect(isConserved({ ...wallet, [name]: wallet[name] + 1n })).toBe(false);
    }
  });

  it('folds the points that expire and the earnings that are taken back', () => {
    const before = walletWith(100n);
    const after = before
      .record([{ type: 'PointsExpired', data: { points: 40n } }])
      .record([{ type: 'EarnReversed', data: { points: 25n, shortfall: 5n, referenceId: 'order-9' } }]);
    expect(after.state.wallet).toMatchObject({ available: 35n, expired: 40n, earnReversed: 25n, earned: 100n });
    expect(isConserved(after.state.wallet)).toBe(true);
  });
});
