import { z } from 'zod';
import { given, positiveInt32, text, whole, int32 } from '../fields.js';

export { amount, amountOf, idText, int32, int32Of, longText, moment, positiveInt32, text } from '../fields.js';

/** In JSON, or as a text in the query. */
export const flag = given(
  z.preprocess(
    (value) => (value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : value),
    z.boolean(),
  ),
);

export const optionalPositiveInt32 = given(positiveInt32);

/** Money: a currency's smallest unit. A refund's has 32 bits, an order's total may have more. */
export const cents32 = int32.refine((value) => value >= 0, 'must be 0 or more').transform(BigInt);
export const cents = z
  .unknown()
  .transform((value, context) => whole(value, context, Number.MAX_SAFE_INTEGER))
  .refine((value) => value >= 0, 'must be 0 or more')
  .transform(BigInt)
  .meta({ type: 'integer', minimum: 0 });

/** ISO 4217. */
export const currency = z
  .string()
  .regex(/^[A-Za-z]{3}$/, 'must be three letters, such as USD')
  .toUpperCase();
export const optionalCurrency = given(currency);

/** A comma-separated list, or a list of texts. */
export function commaList(itemsMax: number) {
  return z
    .preprocess(
      (value) => (value === undefined || value === null ? '' : Array.isArray(value) ? value.join(',') : value),
      z.string(),
    )
    .transform((value, context) => {
      const items = value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
      if (items.length <= itemsMax && items.every((item) => item.length <= 256)) return items;
      context.addIssue(`must be at most ${itemsMax} codes of at most 256 characters, separated by commas`);
      return z.NEVER;
    })
    .meta({ type: 'string' });
}

/** What names the customer; one of them suffices, and several must agree. */
export const customerFields = {
  customer_email: text,
  phone_number: text,
  pos_account_id: text,
  customer_id: text,
  customer_external_id: text,
};
