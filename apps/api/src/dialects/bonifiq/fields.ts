import { z } from 'zod';
import { DECIMAL_UNIT, divide, formatDecimal, parseDecimal, type Decimal, type RewardOption } from '#domain';
import { given, text } from '../fields.js';

export * from '../fields.js';

const CENT = DECIMAL_UNIT / 100n;

/** Money of at most four places, as a JSON number or a decimal text; exact, as far as the number itself is. */
export const money = z
  .unknown()
  .transform((value, context): Decimal => {
    const decimal = parseDecimal(typeof value === 'number' || typeof value === 'string' ? String(value) : '');
    if (decimal !== undefined) return decimal;
    context.addIssue('must be an amount of 0 or more, with at most 11 digits and 4 places');
    return z.NEVER;
  })
  .meta({ type: 'number', format: 'decimal', minimum: 0 });

export function numberOfCents(value: bigint): number {
  return numberOf(value * CENT);
}

/** Exact as a JSON number: decimals have at most 15 digits. */
export function numberOf(value: Decimal): number {
  return Number(formatDecimal(value));
}

export const positiveMoney = money.refine((value) => value > 0n, 'must be more than 0');

/** An order's money, which is counted in the currency's hundredths. */
export const cents = money
  .refine((value) => value % CENT === 0n, 'must have at most 2 places')
  .transform((value) => value / CENT);

/** LandingPage, Widget, Copilot, Checkout, API, PDV (dialects.md §3). */
export const redeemOrigin = given(z.int().min(0).max(5));

/** A branch of the store, or whoever sold. */
export const named = given(z.object({ OriginalId: text, Name: text }));

/** A pair as it was sent, whatever else stands in it. */
export const metadataPair = z.looseObject({ Name: z.string().nullish(), Value: z.string().nullish() });
export type MetadataPair = z.output<typeof metadataPair>;

/** What points are worth by a cashback option, rounded down; 0 where there is none. */
export function cashWorthOf(option: RewardOption | undefined, points: bigint): number {
  if (option?.cost.kind !== 'cashback') return 0;
  const whole = points < 0n ? -points : points;
  const worth = numberOf(divide(whole * DECIMAL_UNIT * DECIMAL_UNIT, option.cost.pointsPerUnit, 'down'));
  return points < 0n ? -worth : worth;
}
