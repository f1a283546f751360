import { z } from 'zod';
import { amount, customerFields, flag, int32, longText } from '../fields.js';

export const adjustParameters = z.object({
  ...customerFields,
  point_adjustment_amount: int32.refine((value) => value !== 0, 'must not be 0'),
  /** Lifetime earned points follow every addition by hand, so this changes nothing. */
  apply_adjustment_to_points_earned: flag,
  history_title: longText,
  visible_to_customer: flag,
});
export type AdjustParameters = z.output<typeof adjustParameters>;

export const adjustedSchema = z
  .object({ customer_id: z.string(), point_adjustment_amount: z.int(), points_balance: amount })
  .meta({ id: 'YotpoAdjustment' });
export type AdjustedAnswer = z.output<typeof adjustedSchema>;
