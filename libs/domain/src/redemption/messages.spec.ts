import { describe, expect, it } from '@jest/globals';

import {
  adjust,
  at,
  calling,
  cancelAnswer,
  commit,
  earn,
  expired,
  fact,
  given,
  heldForOrder,
  look,
  order,
  orphaned,
  RECOVERY,
  release,
  released,
  requested,
  reverse,
  reversed,
  reversing,
  usedByOrder,
} from '../../../../test/support/domain/index.js';
import type { Instant } from '../instant.js';
import { isFinished, isSettled, outstanding } from './redemption.js';

describe('A commit', () => {
  it('of less than was held gives back the rest', () => {
    const after = given(heldForOrder())
      .when(commit({ points: 12n, orderId: 'order-7' }))
      .thenRecords([fact('RedemptionCommitted', { points: 12n, held: 30n, basis: 'explicit', orderId: 'order-7' })]);
    expect(after.state.wallet).toMatchObject({ available: 88n, reserved: 0n, burned: 12n });
    expect(after.redemption()).toMatchObject({
      committed: 12n,
      held: 30n,
      voucher: { state: 'used', orderId: 'order-7' },
    });
    given(after)
      .when(commit({ points: 12n }))
      .thenNothing();
    given(after)
      .when(commit({ points: 30n }))
      .thenRefuses('ALREADY_COMMITTED');
  });

  it.each([31n, 0n, -1n])('of %s points of 30 held is refused', (points) => {
    given(heldForOrder()).when(commit({ points })).thenRefuses('POINTS_EXCEED_HOLD');
  });

  it('takes an overdue hold as long as no release has started: the clock alone ends nothing', () => {
    const held = heldForOrder();
    const overdue = ((held.redemption().reserveExpiresAt as Instant) + 86_400_000_000) as Instant;
    given(held)
      .when(commit(), overdue)
      .thenRecords([fact('RedemptionCommitted', { points: 30n, held: 30n, basis: 'explicit', orderId: undefined })]);
    given(held.after(look, overdue)).when(commit(), overdue).thenRefuses('HOLD_EXPIRED');
  });

  it('of a hold that a release has won gets the release’s reason, and the other way round', () => {
    given(heldForOrder().after(release)).when(commit()).thenRefuses('ALREADY_RELEASED');
    given(heldForOrder().after(commit())).when(release).thenRefuses('ALREADY_COMMITTED');
  });
});

describe('A release for want of a voucher', () => {
  const wanting = { ...release, unlessIssued: true } as const;

  it('takes nothing back from a hold that has its voucher', () => {
    given(heldForOrder()).when(wanting).thenNothing();
    given(heldForOrder())
      .when(release)
      .thenRecords([fact('ReleaseStarted', { reason: 'cancelled' })]);
  });

  it('releases one that has none, and fails what was not reserved', () => {
    given(calling())
      .when(wanting)
      .thenRecords([fact('ReleaseStarted', { reason: 'cancelled' })]);
    given(requested())
      .when(wanting)
      .thenRecords([fact('RedemptionFailed', { reason: 'cancelled' })]);
  });
});

describe('A reversal', () => {
  it('of a used voucher may come in parts, and ends as reversed when all is back', () => {
    const part = usedByOrder().after(reverse(10n));
    expect(part.redemption()).toMatchObject({ status: 'committed', reversed: 10n });
    expect(outstanding(part.redemption())).toBe(20n);
    expect(part.state.wallet).toMatchObject({ available: 80n, burned: 20n });
    given(part).when(reverse(21n)).thenRefuses('POINTS_EXCEED_COMMITTED');
    const all = given(part)
      .when(reverse())
      .thenRecords([fact('RedemptionReversed', { points: 20n })]);
    expect(all.redemption()).toMatchObject({ status: 'reversed', reversed: 30n });
    expect(all.state.wallet).toMatchObject({ available: 100n, burned: 0n });
  });

  it.each([31n, 0n, -1n])('of %s points of 30 committed is refused', (points) => {
    given(usedByOrder()).when(reverse(points)).thenRefuses('POINTS_EXCEED_COMMITTED');
  });

  it('gives back what was committed, not what was held', () => {
    const partly = heldForOrder().after(commit({ points: 12n, orderId: 'order-7' }));
    given(partly).when(reverse(13n)).thenRefuses('POINTS_EXCEED_COMMITTED');
    given(partly)
      .when(reverse())
      .thenRecords([fact('RedemptionReversed', { points: 12n })]);
  });

  it('of a part, then of an unused rest, is still a reversal of the used voucher', () => {
    const used = reversing().after(cancelAnswer('used'));
    given(used)
      .when(reverse(10n))
      .thenRecords([fact('RedemptionReversed', { points: 10n })], 'counts twice');
  });

  it('that is overtaken by an order is committed again, and its void moves nothing', () => {
    const overtaken = given(reversing())
      .when(order())
      .thenRecords([fact('VoucherUsed', { orderId: 'order-1' })]);
    expect(overtaken.redemption().status).toBe('committed');
    const voided = given(overtaken)
      .when(cancelAnswer('void'))
      .thenRecords([fact('VoucherVoided', {})]);
    expect(voided.state.wallet).toMatchObject({ available: 70n, burned: 30n });
    given(voided)
      .when(reverse())
      .thenRecords([fact('RedemptionReversed', { points: 30n })]);
  });
});

describe('A late order', () => {
  it('opens a redemption that recovers the old one, and takes the points in the same append', () => {
    const after = expired().after(order(), at(900_000));
    expect(after.state.wallet).toMatchObject({ available: 70n, reserved: 0n, burned: 30n });
    expect(after.redemption()).toMatchObject({ status: 'expired', voucher: { state: 'used', orderId: 'order-1' } });
    const recovered = after.redemption(RECOVERY);
    expect(recovered).toMatchObject({
      status: 'committed',
      commitBasis: 'order',
      cost: 30n,
      recoversRedemptionId: after.redemption().id,
      firstOutcome: 'granted',
      voucher: { state: 'used', orderId: 'order-1' },
    });
    expect(isFinished(recovered)).toBe(true);
    expect(isSettled(recovered)).toBe(true);
    given(after)
      .when({ type: 'ReverseRedemption', redemptionId: RECOVERY, points: undefined })
      .thenRecords([fact('RedemptionReversed', { redemptionId: RECOVERY, points: 30n })]);
  });

  it('takes the balance to the last point, and stands unpaid and flagged when it is short of one', () => {
    const exact = released().after(adjust(-70n));
    expect(exact.after(order()).redemption(RECOVERY).status).toBe('committed');
    const short = released().after(adjust(-71n));
    const after = given(short)
      .when(order())
      .thenRecords([
        fact('VoucherUsed', { orderId: 'order-1' }),
        fact('RedemptionFlagged', { reason: 'late_order_unpaid' }),
      ]);
    expect(after.state.wallet).toMatchObject({ available: 29n, burned: 0n });
    expect(after.state.redemptions.has(RECOVERY)).toBe(false);
    given(after.after(earn(100n)))
      .when(order())
      .thenNothing();
    given(after)
      .when(order('order-2'))
      .thenRecords([fact('VoucherUsed', { orderId: 'order-2' })]);
  });

  it('pays for an orphaned voucher', () => {
    const after = orphaned().after(order());
    expect(isFinished(after.redemption())).toBe(true);
    expect(after.state.wallet).toMatchObject({ available: 70n, burned: 30n });
  });

  it('counts once each, however often and in whatever order they come', () => {
    const both = reversed().after(order('order-1')).after(order('order-2', 'another-id'));
    expect(both.state.wallet).toMatchObject({ available: 40n, burned: 60n });
    given(both).when(order('order-1', 'a-third-id')).thenNothing();
    given(both).when(order('order-2', 'a-third-id')).thenNothing();
  });
});
