import { z } from 'zod';
import { ApiError } from '../../http/api-error.js';
import { shortText } from '../../http/fields.js';

/** The dialect's integers have 32 bits. */
const INT32_MAX = 2 ** 31 - 1;
const WHOLE = /^-?\d{1,20}$/;

/** What is left out, null or empty is not given. */
function given<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === null || value === '' ? undefined : value), schema.optional());
}

/** Ids are texts; callers who keep them as numbers send those. */
const textOrNumber = z.preprocess((value) => (Number.isSafeInteger(value) ? String(value) : value), shortText);

export const idText = textOrNumber;
export const text = given(textOrNumber);
export const longText = given(z.string().max(2_000));

/** In JSON, or as a text in the query. */
export const flag = given(
  z.preprocess(
    (value) => (value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : value),
    z.boolean(),
  ),
);

/**
 * @param max 32 bits for what the dialect documents as such.
 * @throws ApiError NUMBER_OUT_OF_RANGE beyond it: what is cut would be another number
 */
function whole(value: unknown, context: z.RefinementCtx, max: number): number {
  const number = typeof value === 'string' && WHOLE.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number)) return inRange(number, max);
  context.addIssue('must be a whole number');
  return z.NEVER;
}

function inRange(value: number, max: number): number {
  if (Math.abs(value) <= max) return value;
  throw new ApiError('NUMBER_OUT_OF_RANGE', `A number is beyond ±${max}.`);
}

export const int32 = z
  .unknown()
  .transform((value, context) => whole(value, context, INT32_MAX))
  .meta({ type: 'integer', format: 'int32' });

export const positiveInt32 = int32.refine((value) => value > 0, 'must be 1 or more');
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

/** A moment as callers write one. */
export const moment = given(
  z
    .string()
    .refine((value) => !Number.isNaN(Date.parse(value)), 'must be a date-time')
    .transform((value) => new Date(value)),
);

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

/** An integer of an answer. @throws ApiError NUMBER_OUT_OF_RANGE rather than cut it */
export function int32Of(value: bigint): number {
  return inRange(Number(value), INT32_MAX);
}

/** Points in a field of our own, which may have more: a number as long as JSON's are exact, else a decimal text. */
export const amount = z.union([z.int(), z.string()]);

export function amountOf(value: bigint): number | string {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
}
