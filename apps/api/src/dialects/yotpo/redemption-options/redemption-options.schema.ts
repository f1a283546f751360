import { z } from 'zod';
import { discountTypes } from '#domain';
import { customerFields, flag, text } from '../fields.js';

const filterTypes = [...discountTypes, 'generic_variable', 'custom', 'shipping'] as const;

export const optionsParameters = z.object({
  ...customerFields,
  /** Every option of ours can be redeemed in a shop and on the net. */
  offline: flag,
  discount_type: text.pipe(z.enum(filterTypes).optional()),
});
export type OptionsParameters = z.output<typeof optionsParameters>;

export const optionSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    description: z.string(),
    icon: z.string().nullable(),
    cost_text: z.string(),
    amount: z.int(),
    applies_to_product_type: z.literal('ALL'),
    duration: z.literal('single_use'),
    type: z.literal('Coupon'),
    discount_type: z.string(),
    discount_amount_cents: z.int().nullable(),
    discount_rate_cents: z.int().nullable(),
    discount_value_cents: z.int().nullable(),
    discount_percentage: z.number().nullable(),
    currency: z.string(),
  })
  .meta({ id: 'YotpoRedemptionOption' });
export type OptionAnswer = z.output<typeof optionSchema>;
