import { z } from 'zod';
import { canonicalJson, parseDecimal, POINTS_MAX, type Decimal, type Json } from '#domain';
import { isUuid } from '#platform';
import { notFound } from './api-error.js';

/**
 * The kinds of values that requests are made of. They are zod schemas, and the same schemas describe the API in `/openapi.json`; `meta`
 * says there what a transformation hides.
 */

const TEXT_MAX = 255;
const UNSTORABLE = /\0|\p{Surrogate}/u;
const METADATA_BYTES_MAX = 8_192;
const METADATA_LEVELS_MAX = 16;

/** Ids, names and keys: 1–255 characters. */
export const shortText = z.string().min(1).max(TEXT_MAX);

/** The same in an address, where NUL and the like can be written as `%00`; a body has been searched for them already. */
export const addressText = shortText.refine((text) => !UNSTORABLE.test(text), 'holds a character that cannot be kept');

/** What a person wrote: up to 2,000 characters. */
export const note = z.string().min(1).max(2_000);

/** An id of ours in an address. One that can't be names nothing: it is answered like any other that is not there. */
export const idInAddress = addressText
  .transform((id) => {
    if (!isUuid(id)) throw notFound();
    return id.toLowerCase();
  })
  .meta({ type: 'string', format: 'uuid' });

/** Free JSON of at most 8 KB in canonical form and 16 levels. */
export const metadata = z
  .unknown()
  .transform((value, context): Readonly<Record<string, unknown>> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      context.addIssue('must be an object');
      return z.NEVER;
    }
    if (
      !fitsLevels(value, METADATA_LEVELS_MAX) ||
      Buffer.byteLength(canonicalJson(value as Json)) > METADATA_BYTES_MAX
    ) {
      context.addIssue(`must have at most ${METADATA_BYTES_MAX} bytes and ${METADATA_LEVELS_MAX} levels`);
      return z.NEVER;
    }
    return value as Readonly<Record<string, unknown>>;
  })
  .meta({ type: 'object', additionalProperties: true, description: 'At most 8 KB and 16 levels.' });

/** Whether a value nests at most so deep; looks no deeper than that. */
function fitsLevels(value: unknown, levelsMax: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levelsMax > 0 && Object.values(value).every((item) => fitsLevels(item, levelsMax - 1));
}

/** One point or more: a JSON integer up to 2⁵³ − 1, or a decimal string up to 2⁶³ − 1. */
export const points = z
  .unknown()
  .transform((value, context) =>
    readAmount(value, context, (amount) => amount >= 1n && amount <= POINTS_MAX, 'points of 1 or more'),
  )
  .meta({
    anyOf: [
      { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
      { type: 'string', pattern: '^[1-9][0-9]{0,18}$' },
    ],
    description: 'Points: an integer, or a decimal string for amounts beyond 2^53-1. At most 2^63-1.',
  });

/** A change of points of either sign, never none. */
export const pointsDelta = z
  .unknown()
  .transform((value, context) =>
    readAmount(
      value,
      context,
      (amount) => amount !== 0n && amount >= -POINTS_MAX && amount <= POINTS_MAX,
      'a change of points other than 0',
    ),
  )
  .meta({
    anyOf: [{ type: 'integer' }, { type: 'string', pattern: '^-?[1-9][0-9]{0,18}$' }],
    description: 'The change: an integer, or a decimal string for amounts beyond 2^53-1. Not 0.',
  });

/** An exact decimal as a string: up to eleven digits, and four places. */
export const decimal = z
  .string()
  .transform((text, context): Decimal => {
    const value = parseDecimal(text);
    if (value !== undefined) return value;
    context.addIssue('must be a decimal string such as "12.50", with at most 11 digits and 4 places');
    return z.NEVER;
  })
  .meta({ type: 'string', pattern: '^(0|[1-9][0-9]{0,10})(\\.[0-9]{1,4})?$', description: 'A decimal string.' });

const DECIMAL = /^-?[1-9]\d{0,18}$/;

function readAmount(value: unknown, context: z.RefinementCtx, fits: (amount: bigint) => boolean, what: string): bigint {
  const whole =
    typeof value === 'number' ? Number.isSafeInteger(value) : typeof value === 'string' && DECIMAL.test(value);
  const amount = whole ? BigInt(value as number | string) : undefined;
  if (amount !== undefined && fits(amount)) return amount;
  context.addIssue(`must be ${what}, as an integer or a decimal string`);
  return z.NEVER;
}

export const referenceType = z.enum(['redemption', 'order', 'manual']);

/** How many rows a list gives: 1–100, 20 where nothing is said. */
export const limit = z
  .string()
  .regex(/^(?:[1-9]\d?|100)$/, 'must be a whole number from 1 to 100')
  .transform(Number)
  .default(20)
  .meta({ type: 'integer', minimum: 1, maximum: 100, default: 20 });
