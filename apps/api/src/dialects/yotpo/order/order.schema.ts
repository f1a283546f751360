import { z } from 'zod';
import { VOUCHER_CODE } from '#vouchers';
import { amount, cents, commaList, currency, customerFields, idText, moment, text } from '../fields.js';

/** More than any cart carries; each is looked up and committed. */
const CODES_MAX = 50;

/**
 * What else is documented (`ignore_ip_ua`, `discount_amount_cents`, `tags`, `items`, `customer`, addresses and so on) is accepted and not
 * kept: nothing of it decides over points, and most of it is personal.
 */
export const orderParameters = z.object({
  ...customerFields,
  order_id: idText,
  total_amount_cents: cents,
  currency_code: currency,
  /** A code of ours may hold commas and begin with a blank, so a text that could be one is looked up as a whole, too. */
  coupon_code: commaList(CODES_MAX, (text) => VOUCHER_CODE.test(text)),
  created_at: moment,
  status: text,
});
export type OrderParameters = z.output<typeof orderParameters>;

export const orderSchema = z
  .object({
    order_id: z.string(),
    customer_id: z.string(),
    total_amount_cents: z.int(),
    currency_code: z.string(),
    created_at: z.iso.datetime(),
    points_redeemed: amount.meta({ description: 'What its coupon codes committed.' }),
    redemptions: z.array(z.object({ id: z.int().nullable(), points: amount })),
  })
  .meta({ id: 'YotpoOrder' });
export type OrderAnswer = z.output<typeof orderSchema>;
