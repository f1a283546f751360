import { z } from 'zod';
import { callSettings, outgoingAddress, secretHeaderValue } from '../outgoing/outgoing-config.js';

const HEADERS_MAX = 32;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;

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

const headers = z
  .record(z.string(), secretHeaderValue)
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

/** A provider's `config` of kind `http` (design §5). What it reads, it can read again. */
export const httpConfigSchema = z.strictObject({
  /** `{baseUrl}/vouchers` is where vouchers are asked for. */
  baseUrl: outgoingAddress.transform((address) => address.replace(/\/+$/, '')),
  /** Sent with every call, names in lower case. Their values are secrets. */
  headers: headers.default({}),
  /** The same key again never makes a second voucher. False: one attempt, then only finding, and flagging. */
  idempotent: z.boolean().default(true),
  canLookup: z.boolean().default(true),
  canCancel: z.boolean().default(true),
  ...callSettings,
});

export type HttpConfig = z.output<typeof httpConfigSchema>;
