import { z } from 'zod';
import { formatDecimal } from '#domain';
import type { StoredTier } from '../../../catalogue/put-point-conversion/put-point-conversion.command.js';
import { decimal } from '../../../http/fields.js';

const TIERS_MAX = 100;

export const pointConversionBody = z.object({
  tiers: z
    .array(
      z.object({
        currencyAmount: decimal.refine((amount) => amount > 0n, 'must be above 0'),
        points: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
      }),
    )
    .max(TIERS_MAX)
    .refine((tiers) => new Set(tiers.map((tier) => tier.currencyAmount)).size === tiers.length, 'name an amount twice'),
});
export type PointConversionBody = z.output<typeof pointConversionBody>;

export const pointConversionSchema = z
  .object({
    data: z.object({
      companyId: z.int(),
      tiers: z.array(z.object({ id: z.int(), currencyAmount: z.number(), points: z.int() })),
    }),
  })
  .meta({ id: 'PointConversion' });
export type PointConversionAnswer = z.output<typeof pointConversionSchema>;

/** The dialect gives amounts as JSON numbers: decimals of ours have at most 15 digits, which those carry exactly. */
export function pointConversionAnswer(companyId: number, tiers: readonly StoredTier[]): PointConversionAnswer {
  return {
    data: {
      companyId,
      tiers: tiers.map(({ id, currencyAmount, points }) => {
        return { id, currencyAmount: Number(formatDecimal(currencyAmount)), points: Number(points) };
      }),
    },
  };
}
