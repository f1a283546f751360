import { describe, expect, it } from '@jest/globals';

import { at, COMPANY, heldForOrder, START, usedByOrder } from '../../../../test/support/domain/index.js';
import { addMillis, formatInstant, instant, parseInstant, type Instant } from '../instant.js';
import { LiabilityFold, monthEnds } from './liability.js';

const moment = (text: string): Instant => parseInstant(text) as Instant;

function folded(moments: readonly Instant[]): LiabilityFold {
  const fold = new LiabilityFold(moments);
  for (const history of [usedByOrder(), heldForOrder()]) {
    fold.beginStream(COMPANY);
    for (const event of history.events) fold.take(event);
  }
  fold.endStream();
  return fold;
}

describe('What a company owes', () => {
  it('at the end is what all its wallets fold to', () => {
    expect(folded([at(1_000_000)]).companies.get(COMPANY)).toEqual([
      {
        wallets: 2,
        available: 140n,
        reserved: 30n,
        burned: 30n,
        expired: 0n,
        earned: 200n,
        adjusted: 0n,
        earnReversed: 0n,
      },
    ]);
  });

  it('at a moment counts what had happened by then, that very microsecond included', () => {
    const earned = usedByOrder().events.find(({ type }) => type === 'PointsEarned')?.occurredAt as Instant;
    const sums = folded([instant(earned - 1), earned, at(1_000_000)]).companies.get(COMPANY);
    expect(sums?.map(({ available }) => available)).toEqual([0n, 200n, 140n]);
  });

  it('before its first event is nothing, not even a company', () => {
    expect(folded([addMillis(START, -1)]).companies.size).toBe(0);
  });

  it('is asked for in the order of time', () => {
    expect(() => new LiabilityFold([at(2), at(1)])).toThrow('moments ascend');
  });
});

describe('The ends of months', () => {
  it('are the last microseconds of each, over the end of a year, and the moment itself', () => {
    const ends = monthEnds(moment('2025-11-30T10:00:00.000000Z'), moment('2026-02-10T12:00:00.000000Z'));
    expect(ends.map(formatInstant)).toEqual([
      '2025-11-30T23:59:59.999999Z',
      '2025-12-31T23:59:59.999999Z',
      '2026-01-31T23:59:59.999999Z',
      '2026-02-10T12:00:00.000000Z',
    ]);
  });

  it('do not name the last one twice', () => {
    const end = moment('2026-03-31T23:59:59.999999Z');
    expect(monthEnds(moment('2026-03-01T00:00:00.000000Z'), end)).toEqual([end]);
  });
});
