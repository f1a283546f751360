import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { anyLimits, option, SUNDAY } from '../../../../test/support/domain/catalogue.js';
import { redemptionStories } from '../../../../test/support/domain/index.js';
import { WALLET } from '../../../../test/support/domain/material.js';
import type { OptionTerms } from '../event/event-schemas.js';
import type { Redemption } from '../redemption/redemption.js';
import { countersOf, countersTaken, foldCounters, limitsFound, refusalOfCounter } from './option-counters.js';

const limited = (story: string, change: Partial<OptionTerms> = {}): Redemption => {
  const redemption = redemptionStories[story]!().redemption();
  const terms: OptionTerms = {
    currency: 'EUR',
    discountType: 'fixed_amount',
    discountValue: '5',
    codePrefix: undefined,
    expiration: undefined,
    limits: [
      { counter: 'stock:12', max: 2n },
      { counter: 'customer:12:w', max: 1n },
    ],
    limitsReturnOnRefund: false,
    ...change,
  };
  return { ...redemption, terms };
};

describe('The counters of an option', () => {
  it('are one for each limit, each under a name that nothing else has', () => {
    fc.assert(
      fc.property(anyLimits, (limits) => {
        const counters = countersOf(option({ limits }), WALLET, SUNDAY);
        expect(new Set(counters.map(({ counter }) => counter)).size).toBe(counters.length);
        const { stock, perCustomer, perCustomerAndPeriod } = limits;
        const wanted = [stock, perCustomer, perCustomerAndPeriod?.max].filter((max) => max !== undefined);
        expect(counters.map(({ max }) => max)).toEqual(wanted);
      }),
    );
  });

  it.each([
    ['day', `day:12:${WALLET}:2026-11-22`],
    ['week', `week:12:${WALLET}:2026-W47`],
    ['month', `month:12:${WALLET}:2026-11`],
  ] as const)('for a %s are named after it', (period, counter) => {
    const limits = { ...option().limits, perCustomerAndPeriod: { max: 3n, period } };
    expect(countersOf(option({ limits }), WALLET, SUNDAY)).toEqual([{ counter, max: 3n }]);
  });

  it('refuse in their own words', () => {
    expect([refusalOfCounter('stock:12'), refusalOfCounter('day:12:w:2026-11-22')]).toEqual([
      'out_of_stock',
      'limit_reached',
    ]);
  });
});

describe('A redemption', () => {
  it.each([
    ['requested', false],
    ['failed', false],
    ['reserved', true],
    ['heldForOrder', true],
    ['releasing', true],
    ['released', false],
    ['expired', false],
    ['committed', true],
    ['reversing', true],
    ['reversed', true],
  ])('that is %s counts: %s', (story, counts) => {
    expect(countersTaken(limited(story))).toEqual(counts ? ['stock:12', 'customer:12:w'] : []);
  });

  it('that was reversed counts no longer where a refund gives back', () => {
    expect(countersTaken(limited('reversed', { limitsReturnOnRefund: true }))).toEqual([]);
    expect(countersTaken(limited('committed', { limitsReturnOnRefund: true }))).toHaveLength(2);
  });

  it('without terms counts nowhere', () => {
    expect(countersTaken(redemptionStories['committed']!().redemption())).toEqual([]);
  });

  it('finds every counter free, or the first that is full', () => {
    const taken = (counts: Readonly<Record<string, bigint>>) => (counter: string) => counts[counter] ?? 0n;
    expect(limitsFound(limited('requested'), taken({ 'stock:12': 1n }))).toBe('free');
    expect(limitsFound(limited('requested'), taken({ 'stock:12': 2n, 'customer:12:w': 1n }))).toBe('out_of_stock');
    expect(limitsFound(limited('requested'), taken({ 'customer:12:w': 1n }))).toBe('limit_reached');
  });
});

describe('The fold of counters', () => {
  it('counts each redemption where it counts', () => {
    const all = [
      limited('committed'),
      limited('released'),
      limited('reserved', { limits: [{ counter: 'stock:12', max: 9n }] }),
    ];
    expect([...foldCounters(all)]).toEqual([
      ['stock:12', 2n],
      ['customer:12:w', 1n],
    ]);
  });
});
