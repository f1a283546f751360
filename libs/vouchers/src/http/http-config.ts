import { z } from 'zod';

const HEADERS_MAX = 32;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
/** RFC 9110 §5.5 without the bytes above ASCII, which programs read in different ways. */
const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/;
const HEADER_VALUE_MAX = 4_096;
const BASE_URL_MAX = 2_048;
const TIMEOUT_MS_MIN = 10;
const TIMEOUT_MS_MAX = 120_000;
const CONCURRENCY_MAX = 1_000;
const RATE_MAX = 100_000;

/** What the contract itself sends, and what belongs to the connection. */
const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'idempotency-key',
  'keep-alive',
  'proxy-connection',
  'te',
  'traceparent',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const baseUrl = z
  .string()
  .max(BASE_URL_MAX, `must not be longer than ${BASE_URL_MAX} characters`)
  .transform((text, context) => {
    const problem = problemOfUrl(text);
    if (problem === undefined) return new URL(text).href.replace(/\/+$/, '');
    context.addIssue({ code: 'custom', message: problem });
    return z.NEVER;
  });

function problemOfUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    return 'must be an address that begins with https://, for example https://vouchers.example.com/v1';
  }
  if (url.username !== '' || url.password !== '') return 'must not hold a user or password; put them into "headers"';
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(text)) return 'must not have a query or a fragment';
  return undefined;
}

/** A header's value as it stands in the database: `<key id>:<base64>`, sealed under the engine's key. */
const sealedText = z.strictObject({ sealed: z.string().min(1) });
export type SealedText = z.output<typeof sealedText>;

const headerValue = z
  .string()
  .max(HEADER_VALUE_MAX, `must not be longer than ${HEADER_VALUE_MAX} characters`)
  .regex(HEADER_VALUE, 'must be printable ASCII without blanks at the ends');

const headers = z
  .record(z.string(), z.union([headerValue, sealedText]))
  .superRefine((record, context) => {
    const names = Object.keys(record);
    if (names.length > HEADERS_MAX) {
      context.addIssue({ code: 'custom', message: `must not be more than ${HEADERS_MAX} headers` });
    }
    for (const [index, name] of names.entries()) {
      const problem = problemOfName(name);
      // The name is what the person typed: it may be a value by mistake, so only its place is told.
      if (problem !== undefined) context.addIssue({ code: 'custom', message: `header ${index + 1} ${problem}` });
    }
    if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
      context.addIssue({ code: 'custom', message: 'must not name a header twice in different letters' });
    }
  })
  .transform((record) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name.toLowerCase(), value])),
  );

function problemOfName(name: string): string | undefined {
  if (!HEADER_NAME.test(name)) return 'has a name that is none: use letters, digits and "-"';
  return RESERVED_HEADERS.has(name.toLowerCase()) ? 'is one that the engine sets itself' : undefined;
}

function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.int(message).min(min, message).max(max, message);
}

/** A provider's `config` of kind `http` (design §5). What it reads, it can read again. */
export const httpConfigSchema = z.strictObject({
  /** `{baseUrl}/vouchers` is where vouchers are asked for. No blank at its end, no query, no user. */
  baseUrl,
  /** How long one call may take, connecting included. */
  timeoutMs: wholeNumber(TIMEOUT_MS_MIN, TIMEOUT_MS_MAX).default(5_000),
  /** Sent with every call, names in lower case. Their values are secrets. */
  headers: headers.default({}),
  /** The same key again never makes a second voucher. False: one attempt, then only finding, and flagging. */
  idempotent: z.boolean().default(true),
  canLookup: z.boolean().default(true),
  canCancel: z.boolean().default(true),
  /** Calls that one process has under way at once. */
  concurrency: wholeNumber(1, CONCURRENCY_MAX).optional(),
  /** Calls a second that all processes together make. */
  ratePerSecond: wholeNumber(1, RATE_MAX).optional(),
});

export type HttpConfig = z.output<typeof httpConfigSchema>;
