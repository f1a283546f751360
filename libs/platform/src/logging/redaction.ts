import { types } from 'node:util';
import { stdSerializers } from 'pino';

const CENSOR = '[redacted]';
const DEPTH_MAX = 8;

/** Names whose values never reach a log, wherever they stand: written here in lower case without `-` and `_`, compared that way. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  'adminapikey',
  'apikey',
  'authorization',
  'cipher',
  'code',
  'codes',
  'companysecret',
  'cookie',
  'couponcode',
  'encryptionkey',
  'encryptionkeys',
  'guid',
  'idempotencykey',
  'merchantid',
  'password',
  'rewardtext',
  'secret',
  'setcookie',
  'token',
  'vouchercode',
  'xadminkey',
  'xapikey',
  'xapisecret',
  'xguid',
]);

/**
 * A copy of what is logged without the values that carry a secret's name. It walks plain objects, arrays and errors; instances of
 * other classes are left to their serialiser, because walking a framework's request would print half the program.
 */
export function redactFields(fields: Record<string, unknown>): Record<string, unknown> {
  return redactEntries(fields, isSecretName, 0);
}

function redactEntries(fields: object, isSecret: (name: string) => boolean, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isSecret(name) ? CENSOR : redactValue(value, depth + 1)]),
  );
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (value instanceof Uint8Array) {
    return `[${value.length} bytes]`;
  }
  if (depth > DEPTH_MAX) {
    return '[too deep]';
  }
  if (Array.isArray(value)) {
    return value.map((item) => redactValue(item, depth + 1));
  }
  // `instanceof` doesn't know the errors of another realm, such as the system's own in a test's sandbox.
  if (value instanceof Error || types.isNativeError(value)) {
    return redactEntries(stdSerializers.err(value), isSecretNameOfError, depth);
  }
  return isPlain(value) ? redactEntries(value, isSecretName, depth) : value;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isSecretName(name: string): boolean {
  return SECRET_NAMES.has(name.toLowerCase().replaceAll(/[-_]/g, ''));
}

/** The `code` of an error is an SQLSTATE or a system's name for what went wrong, which one needs, and no voucher. */
function isSecretNameOfError(name: string): boolean {
  return name !== 'code' && isSecretName(name);
}

/** Text under a secret's name in a finished line: what an instance of some class, or a child logger's own fields, put there. */
const NAMED_TEXTS =
  /"((?:admin_?api_?|api_?|x-api-|x-admin-|encryption_?)keys?|authorization|(?:set-)?cookie|password|(?:company_?)?secret|cipher|(?:voucher|coupon)_?code|x-guid)":"(?:[^"\\]|\\.)*"/gi;
const OUR_KEYS = /\b(hf_[0-9a-z]{1,11}_[a-z0-9]{8}|hfadmin)_[0-9A-Za-z]{20,}/g;
const QUERY_VALUES =
  /([?&](?:api_key|apikey|guid|merchant_id|token|codes?|coupon_code|reward_text|(?:customer_)?email|phone_number|pos_account_id|customer_id|document)=)[^&\s"'#\\]*/gi;
const URL_PASSWORDS = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"\\]*:)[^\s@/"\\]+@/gi;

/**
 * Takes out of a finished line what looks like a secret, whatever it is called: keys of ours, values in query strings, passwords in
 * addresses. An error's message or a library's text may carry them where no name gives them away. What each
 * pattern takes out lies within one JSON text, so the line stays JSON.
 */
export function scrubLine(line: string): string {
  return line
    .replace(NAMED_TEXTS, `"$1":"${CENSOR}"`)
    .replace(OUR_KEYS, `$1_${CENSOR}`)
    .replace(QUERY_VALUES, `$1${CENSOR}`)
    .replace(URL_PASSWORDS, `$1${CENSOR}@`);
}
