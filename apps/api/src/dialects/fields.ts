import { z } from 'zod';
import { ApiError } from '../http/api-error.js';
import { shortText } from '../http/fields.js';

/** Fields of the dialects whose integers have 32 bits. */

const INT32_MAX = 2 ** 31 - 1;
const WHOLE = /^-?\d{1,20}$/;

/** What is left out, null or empty is not given. */
export function given<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === null || value === '' ? undefined : value), schema.optional());
}

/** Ids are texts; callers who keep them as numbers send those. */
export function numberAsText(value: unknown): unknown {
  return Number.isSafeInteger(value) ? String(value) : value;
}

const textOrNumber = z.preprocess(numberAsText, shortText);

export const idText = textOrNumber;
export const text = given(textOrNumber);
/** A voucher's code may be longer than an id, and is counted in characters, however they are encoded. */
export const CODE_TEXT = /^.{1,256}$/su;
export const codeText = z.preprocess(numberAsText, z.string().regex(CODE_TEXT, 'must be 1 to 256 characters'));
export const longText = given(z.string().max(2_000));

/**
 * @param max 32 bits for what the dialect documents as such.
 * @throws ApiError NUMBER_OUT_OF_RANGE beyond it: what is cut would be another number
 */
export function whole(value: unknown, context: z.RefinementCtx, max: number): number {
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

/** Wide enough for the first day of all, which some callers send for a date they don't have. The database can't hold every other. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const END_MS = Date.parse('+010000-01-01T00:00:00Z');

/** A moment as callers write one. */
export const moment = given(
  z
    .string()
    .refine(
      (value) => Date.parse(value) >= FIRST_MS && Date.parse(value) < END_MS,
      'must be a date-time of the years 1 to 9999',
    )
    .transform((value) => new Date(value)),
);

/** An integer of an answer. @throws ApiError NUMBER_OUT_OF_RANGE rather than cut it */
export function int32Of(value: bigint): number {
  return inRange(Number(value), INT32_MAX);
}

/** Points in a field of our own, which may have more: a number as long as JSON's are exact, else a decimal text. */
export const amount = z.union([z.int(), z.string()]);

export function amountOf(value: bigint): number | string {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
}
