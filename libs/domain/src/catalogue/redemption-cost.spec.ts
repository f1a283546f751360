import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { anyCashback, anyCost, anyDecimal, anyVariable, option } from '../../../../test/support/domain/catalogue.js';
import { POINTS_MAX } from '../points.js';
import { DECIMAL_UNIT, parseDecimal } from './decimal.js';
import { costOf, leastPoints, mostPoints, type AskedCost } from './redemption-cost.js';
import type { CashbackCost, RewardCost } from './reward-option.js';

const nothing: AskedCost = { points: undefined, value: undefined, currency: undefined };
const ask = (cost: RewardCost, asked: Partial<AskedCost>, value = 10_000n) =>
  costOf(option({ cost, discount: { type: 'fixed_amount', value } }), { ...nothing, ...asked });
const refused = (code: string) => ({ kind: 'refused', code });
const points = (cost: bigint, discountValue: string) => ({ kind: 'points', points: cost, discountValue });
const decimal = (text: string) => parseDecimal(text) as bigint;

describe('The cost of a fixed option', () => {
  const fixed = { kind: 'fixed', points: 500n } as const;

  it('is what the option says, asked for or not', () => {
    expect(ask(fixed, {}, decimal('12.5'))).toEqual(points(500n, '12.5'));
    expect(ask(fixed, { points: 500n }, decimal('12.5'))).toEqual(points(500n, '12.5'));
  });

  it('is no other, and no value', () => {
    expect(ask(fixed, { points: 499n })).toEqual(refused('POINTS_COST_MISMATCH'));
    expect(ask(fixed, { value: 1n })).toEqual(refused('VALUE_NOT_ACCEPTED'));
  });
});

describe('The cost of a variable option', () => {
  const variable = { kind: 'variable', minPoints: 150n, maxPoints: 450n, stepPoints: 100n } as const;

  it.each([
    [150n, '1.5'],
    [250n, '2.5'],
    [450n, '4.5'],
  ])('may be %s points, worth %s', (asked, worth) => {
    expect(ask(variable, { points: asked })).toEqual(points(asked, worth));
  });

  it.each([0n, -150n, 149n, 200n, 550n])('may not be %s points', (asked) => {
    expect(ask(variable, { points: asked })).toEqual(refused('POINTS_NOT_OFFERED'));
  });

  it('has to be said, in points', () => {
    expect(ask(variable, {})).toEqual(refused('POINTS_REQUIRED'));
    expect(ask(variable, { value: 10n })).toEqual(refused('VALUE_NOT_ACCEPTED'));
  });

  it('is offered exactly for the least and whole steps above it, up to the most', () => {
    fc.assert(
      fc.property(anyVariable, fc.bigInt({ min: -5n, max: 10n ** 7n }), (cost, asked) => {
        const { minPoints, maxPoints = POINTS_MAX, stepPoints } = cost;
        const offered = asked >= minPoints && asked <= maxPoints && (asked - minPoints) % stepPoints === 0n;
        expect(ask(cost, { points: asked }).kind).toBe(offered ? 'points' : 'refused');
      }),
    );
  });
});

describe('The cost of cashback', () => {
  const cashback = (change: Partial<CashbackCost> = {}): CashbackCost => {
    return {
      kind: 'cashback',
      pointsPerUnit: decimal('3.3'),
      rounding: 'up',
      minPoints: 1n,
      maxPoints: undefined,
      ...change,
    };
  };

  it.each([
    ['up', '10', 33n],
    ['up', '10.01', 34n],
    ['down', '10.01', 33n],
    ['half_up', '10.15', 33n],
    ['half_up', '10.1516', 34n],
  ] as const)('rounded %s is, for a value of %s, %s points', (rounding, value, cost) => {
    expect(ask(cashback({ rounding }), { value: decimal(value) })).toEqual(points(cost, value));
  });

  it('of points is what they are worth, never more', () => {
    expect(ask(cashback(), { points: 10n })).toEqual(points(10n, '3.0303'));
  });

  it('takes points or a value, one of them', () => {
    expect(ask(cashback(), {})).toEqual(refused('POINTS_REQUIRED'));
    expect(ask(cashback(), { points: 33n, value: decimal('10') })).toEqual(refused('VALUE_NOT_ACCEPTED'));
  });

  it('is refused outside its bounds, for nothing, and beyond what a wallet can hold', () => {
    const bounded = cashback({ minPoints: 100n, maxPoints: 200n });
    for (const asked of [{ points: 99n }, { points: 201n }, { value: decimal('30') }, { value: 0n }]) {
      expect(ask(bounded, asked)).toEqual(refused('POINTS_NOT_OFFERED'));
    }
    const dear = cashback({ pointsPerUnit: 10n ** 15n - 1n });
    expect(ask(dear, { value: 10n ** 15n - 1n })).toEqual(refused('POINTS_NOT_OFFERED'));
  });

  it('never makes money: what points are worth costs no more than those points, and less than one point is lost', () => {
    fc.assert(
      fc.property(anyCashback, fc.bigInt({ min: 1n, max: 10n ** 9n }), (cost, asked) => {
        const free = { ...cost, minPoints: 1n, maxPoints: undefined };
        const answer = ask(free, { points: asked });
        if (answer.kind !== 'points') throw new Error('within bounds');
        const worth = answer.discountValue;
        const units =
          BigInt(worth.split('.')[0] ?? '') * DECIMAL_UNIT + BigInt((worth.split('.')[1] ?? '').padEnd(4, '0'));
        expect(units * cost.pointsPerUnit <= asked * DECIMAL_UNIT * DECIMAL_UNIT).toBe(true);
        expect((units + 1n) * cost.pointsPerUnit > asked * DECIMAL_UNIT * DECIMAL_UNIT).toBe(true);
      }),
    );
  });

  it('grows with the value', () => {
    fc.assert(
      fc.property(anyCashback, anyDecimal, anyDecimal, (cost, a, b) => {
        const free = { ...cost, minPoints: 0n, maxPoints: undefined };
        const [low, high] = [a < b ? a : b, a < b ? b : a].map((value) => ask(free, { value }));
        if (low?.kind === 'points' && high?.kind === 'points') expect(low.points <= high.points).toBe(true);
      }),
    );
  });
});

describe('Any cost', () => {
  it('is refused in another currency than the option’s', () => {
    fc.assert(
      fc.property(anyCost, (cost) => {
        expect(ask(cost, { points: leastPoints(cost), currency: 'JPY' })).toEqual(refused('CURRENCY_MISMATCH'));
        expect(ask(cost, { points: leastPoints(cost), currency: 'EUR' }).kind).toBe('points');
      }),
    );
  });

  it('the most that a balance allows is offered, within the balance, and no step more would be', () => {
    fc.assert(
      fc.property(anyCost, fc.bigInt({ min: 0n, max: 3_000_000n }), (cost, available) => {
        const most = mostPoints(cost, available);
        if (most === undefined) return expect(available < leastPoints(cost)).toBe(true);
        expect(most <= available).toBe(true);
        expect(ask(cost, { points: most }).kind).toBe('points');
        const step = cost.kind === 'variable' ? cost.stepPoints : 1n;
        const more = ask(cost, { points: most + step });
        expect(more.kind === 'refused' || most + step > available).toBe(true);
      }),
    );
  });
});
