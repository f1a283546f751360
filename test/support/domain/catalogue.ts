import fc from 'fast-check';

import { instant, limitPeriods, roundings, type LocalMoment, type RewardCost, type RewardOption } from '#domain';

/** An option that asks for nothing: 100 points, ten off. */
export function option(change: Partial<RewardOption> = {}): RewardOption {
  return {
    id: 12,
    name: 'Ten off',
    cost: { kind: 'fixed', points: 100n },
    discount: { type: 'fixed_amount', value: 100_000n },
    currency: 'EUR',
    provider: undefined,
    codePrefix: undefined,
    expirationPreset: undefined,
    startsAt: undefined,
    endsAt: undefined,
    disabled: false,
    eligibility: { minimumPurchase: undefined, tiers: [], tags: [], firstPurchaseOnly: false, weekdays: [] },
    timeZone: 'UTC',
    limits: { stock: undefined, perCustomer: undefined, perCustomerAndPeriod: undefined, returnOnRefund: false },
    ...change,
  };
}

/** Sunday the 22nd of November 2026 at noon. */
export const SUNDAY: LocalMoment = {
  at: instant(Date.UTC(2026, 10, 22, 12) * 1_000),
  weekday: 7,
  day: '2026-11-22',
  week: '2026-W47',
  month: '2026-11',
};

const wholePoints = fc.bigInt({ min: 1n, max: 1_000_000n });
const bounds = fc.tuple(wholePoints, fc.option(wholePoints, { nil: undefined })).map(([minPoints, above]) => {
  return { minPoints, maxPoints: above === undefined ? undefined : minPoints + above };
});

export const anyDecimal = fc.bigInt({ min: 0n, max: 10n ** 15n - 1n });

export const anyCashback = fc
  .tuple(bounds, fc.bigInt({ min: 1n, max: 10n ** 9n }), fc.constantFrom(...roundings))
  .map(([bound, pointsPerUnit, rounding]) => ({ kind: 'cashback' as const, pointsPerUnit, rounding, ...bound }));

export const anyVariable = fc
  .tuple(bounds, wholePoints)
  .map(([bound, stepPoints]) => ({ kind: 'variable' as const, stepPoints, ...bound }));

export const anyCost: fc.Arbitrary<RewardCost> = fc.oneof(
  wholePoints.map((points) => ({ kind: 'fixed' as const, points })),
  anyVariable,
  anyCashback,
);

export const anyLimits = fc.record(
  {
    stock: fc.option(fc.bigInt({ min: 0n, max: 3n }), { nil: undefined }),
    perCustomer: fc.option(fc.bigInt({ min: 1n, max: 3n }), { nil: undefined }),
    perCustomerAndPeriod: fc.option(
      fc.record({ max: fc.bigInt({ min: 1n, max: 3n }), period: fc.constantFrom(...limitPeriods) }),
      { nil: undefined },
    ),
    returnOnRefund: fc.boolean(),
  },
  { noNullPrototype: true },
);
