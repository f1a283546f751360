import { z } from 'zod';
import { CODE_TEXT, given, int32, numberAsText, positiveInt32, text, whole } from '../fields.js';

export * from '../fields.js';

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

/**
 * A list of texts, taken as they are, or one text with commas between its parts.
 *
 * @param isItem whether such a text may also be one item, whose commas and blanks are its own: then it is given besides its parts
 */
export function commaList(itemsMax: number, isItem: (text: string) => boolean = () => false) {
  return z
    .preprocess((value) => value ?? [], z.union([z.string(), z.array(z.preprocess(numberAsText, z.string()))]))
    .transform((value, context) => {
      const parts = typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value;
      const items = parts.filter((part) => part !== '');
      if (items.length <= itemsMax && items.every((item) => CODE_TEXT.test(item))) {
        return typeof value === 'string' && isItem(value) ? [...items, value] : items;
      }
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
