import { z } from 'zod';
import { refusalsOfAddress } from './outgoing-connector.js';

/** RFC 9110 §5.5 without the bytes above ASCII, which programs read in different ways. */
const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/;
const HEADER_VALUE_MAX = 4_096;
const ADDRESS_MAX = 2_048;
const TIMEOUT_MS_MIN = 10;
const TIMEOUT_MS_MAX = 120_000;
const CONCURRENCY_MAX = 1_000;
const RATE_MAX = 100_000;

/** An address that calls go to, or below. No query, no user; read in the one way `URL` reads it. */
export const outgoingAddress = z
  .string()
  .max(ADDRESS_MAX, `must not be longer than ${ADDRESS_MAX} characters`)
  .transform((text, context) => {
    const problem = problemOfAddress(text);
    if (problem === undefined) return new URL(text).href;
    context.addIssue({ code: 'custom', message: problem });
    return z.NEVER;
  });

function problemOfAddress(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    return 'must be an address that begins with https://, for example https://vouchers.example.com/v1';
  }
  if (url.username !== '' || url.password !== '') return 'must not hold a user or password';
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(text)) return 'must not have a query or a fragment';
  return undefined;
}

/** Why an address may not be taken from a person, besides what the schema refuses: it lies where requests may not go. */
export function refusalsOfSetting(
  name: string,
  address: string,
  { allowPrivate }: { readonly allowPrivate: boolean },
): readonly string[] {
  return (allowPrivate ? [] : refusalsOfAddress(new URL(address))).map((text) => `${name}: ${text}`);
}

/** A secret as it stands in the database: `<key id>:<base64>`, sealed under the engine's key. */
const sealedText = z.strictObject({ sealed: z.string().min(1) });

/** A secret that goes into a header: as a person wrote it, or sealed, as it is stored. */
export const secretHeaderValue = z.union([
  z
    .string()
    .max(HEADER_VALUE_MAX, `must not be longer than ${HEADER_VALUE_MAX} characters`)
    .regex(HEADER_VALUE, 'must be printable ASCII without blanks at the ends'),
  sealedText,
]);
export type SecretText = z.output<typeof secretHeaderValue>;

function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.int(message).min(min, message).max(max, message);
}

/** What a person may set of how calls are made, whatever they say. */
export const callSettings = {
  /** How long one call may take, connecting included. */
  timeoutMs: wholeNumber(TIMEOUT_MS_MIN, TIMEOUT_MS_MAX).default(5_000),
  /** Calls that one process has under way at once. */
  concurrency: wholeNumber(1, CONCURRENCY_MAX).optional(),
  /** Calls a second that all processes together make. */
  ratePerSecond: wholeNumber(1, RATE_MAX).optional(),
};
