import { describe, expect, it } from '@jest/globals';

import { option, SUNDAY } from '../../../../test/support/domain/catalogue.js';
import { addSeconds } from '../instant.js';
import { assessOption } from './assess-option.js';
import { asksAboutCustomer, ineligibilities, type CustomerFacts } from './eligibility.js';
import type { EligibilityRules, RewardOption } from './reward-option.js';

const anybody: CustomerFacts = { tier: undefined, tags: [], hasOrdered: false };
const rules = (change: Partial<EligibilityRules>) => ({ eligibility: { ...option().eligibility, ...change } });
const reasons = (
  change: Partial<RewardOption>,
  customer: Partial<CustomerFacts> = {},
  purchase?: bigint,
  moment = SUNDAY,
) => ineligibilities(option(change), { ...anybody, ...customer }, purchase, moment);

describe('An option without rules', () => {
  it('is for everybody, always, and asks nothing about them', () => {
    expect(reasons({})).toEqual([]);
    expect(asksAboutCustomer(option())).toBe(false);
  });
});

describe('The window', () => {
  it('includes its start and excludes its end', () => {
    const { at } = SUNDAY;
    expect(reasons({ startsAt: at })).toEqual([]);
    expect(reasons({ startsAt: addSeconds(at, 1n) })).toEqual(['not_started']);
    expect(reasons({ endsAt: at })).toEqual(['ended']);
    expect(reasons({ endsAt: addSeconds(at, 1n) })).toEqual([]);
  });

  it('may be days of the week', () => {
    expect(reasons(rules({ weekdays: [6, 7] }))).toEqual([]);
    expect(reasons(rules({ weekdays: [1, 2] }))).toEqual(['wrong_weekday']);
  });

  it('is shut when the option is disabled', () => {
    expect(reasons({ disabled: true })).toEqual(['disabled']);
  });
});

describe('A customer', () => {
  it('has one of the tiers', () => {
    const gold = rules({ tiers: ['gold', 'platinum'] });
    expect([reasons(gold, { tier: 'platinum' }), reasons(gold, { tier: 'Gold' }), reasons(gold)]).toEqual([
      [],
      ['wrong_tier'],
      ['wrong_tier'],
    ]);
  });

  it('has at least one of the tags', () => {
    const tagged = rules({ tags: ['vip', 'staff'] });
    expect([reasons(tagged, { tags: ['new', 'vip'] }), reasons(tagged, { tags: ['new'] })]).toEqual([
      [],
      ['tag_missing'],
    ]);
  });

  it('has not ordered yet, where it is for a first purchase', () => {
    const first = rules({ firstPurchaseOnly: true });
    expect([reasons(first), reasons(first, { hasOrdered: true })]).toEqual([[], ['not_first_purchase']]);
  });

  it.each([{ tiers: ['a'] }, { tags: ['a'] }, { firstPurchaseOnly: true }])('is asked about by %p', (change) => {
    expect(asksAboutCustomer(option(rules(change)))).toBe(true);
  });
});

describe('A purchase', () => {
  const large = rules({ minimumPurchase: 500_000n });

  it('is large enough from the minimum on', () => {
    expect([reasons(large, {}, 499_999n), reasons(large, {}, 500_000n)]).toEqual([['purchase_too_small'], []]);
  });

  it('that nobody has told of is not refused', () => {
    expect(reasons(large)).toEqual([]);
  });
});

describe('What can be used, and why not', () => {
  const customer = { ...anybody, walletId: 'w', available: 90n };
  const limits = {
    stock: 2n,
    perCustomer: 1n,
    perCustomerAndPeriod: { max: 1n, period: 'week' as const },
    returnOnRefund: false,
  };

  it('names every obstacle once', () => {
    const taken = new Map([
      ['stock:12', 2n],
      ['customer:12:w', 1n],
      ['week:12:w:2026-W47', 1n],
    ]);
    const assessed = assessOption(option({ limits, disabled: true }), customer, undefined, SUNDAY, taken);
    expect(assessed).toMatchObject({
      canUse: false,
      obstacles: ['disabled', 'out_of_stock', 'limit_reached', 'insufficient_points'],
      leastPoints: 100n,
      mostPoints: undefined,
      mostDiscountValue: undefined,
    });
  });

  it('says how much the balance allows', () => {
    const cost = { kind: 'variable', minPoints: 20n, maxPoints: undefined, stepPoints: 25n } as const;
    const assessed = assessOption(option({ limits, cost }), customer, undefined, SUNDAY, new Map());
    expect(assessed).toMatchObject({ canUse: true, obstacles: [], mostPoints: 70n, mostDiscountValue: '28' });
  });
});
