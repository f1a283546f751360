import { z } from 'zod';
import { amount, cents32, idText, optionalCurrency, text } from '../fields.js';

const items = z.unknown().transform((value) => (value === undefined || value === null ? null : JSON.stringify(value)));

export const refundParameters = z.object({
  order_id: idText,
  id: text,
  total_amount_cents: cents32,
  currency: optionalCurrency,
  /** Only tells two refunds without an id apart. */
  items: items.optional(),
});
export type RefundParameters = z.output<typeof refundParameters>;

export const refundSchema = z
  .object({
    order_id: z.string(),
    id: z.string().nullable(),
    total_amount_cents: z.int(),
    currency: z.string(),
    points_refunded: amount,
  })
  .meta({ id: 'YotpoRefund' });
export type RefundAnswer = z.output<typeof refundSchema>;
