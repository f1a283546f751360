/** Names whose values never reach a log, wherever they stand in what is logged, to a depth of four. */
const SECRET_NAMES = [
  'apiKey',
  'api_key',
  'authorization',
  'Authorization',
  'cookie',
  'cipher',
  'code',
  'codes',
  'companySecret',
  'couponCode',
  'encryptionKey',
  'encryptionKeys',
  'password',
  'rawKey',
  'secret',
  'voucherCode',
  '["x-admin-key"]',
  '["x-api-key"]',
  '["x-guid"]',
  'ADMIN_API_KEY',
  'ENCRYPTION_KEY',
] as const;

const DEPTH_MAX = 4;
const CENSOR = '[redacted]';

function pathsAt(depth: number): string[] {
  const above = Array.from({ length: depth }, () => '*').join('.');
  return SECRET_NAMES.map((name) => (name.startsWith('[') || depth === 0 ? above + name : `${above}.${name}`));
}

/** For pino's `redact`. */
export const redaction = {
  paths: Array.from({ length: DEPTH_MAX }, (_, depth) => pathsAt(depth)).flat(),
  censor: (value: unknown, path: string[]) => (isErrorCode(path) ? value : CENSOR),
};

/** The `code` of an error is an SQLSTATE or a system's name for what went wrong, which one needs, and no voucher. */
function isErrorCode(path: string[]): boolean {
  const parent = path.at(-2);
  return path.at(-1) === 'code' && (parent === 'err' || parent === 'error' || parent === 'cause');
}

const OUR_KEYS = /\b(hf_[0-9a-z]{1,11}_[a-z0-9]{8}|hfadmin)_[0-9A-Za-z]{20,}/g;
const QUERY_VALUES = /([?&](?:api_key|apikey|guid|token|code|coupon_code|email|phone_number|document)=)[^&\s"'#\\]*/gi;
const URL_PASSWORDS = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"\\]*:)[^\s@/"\\]+@/gi;

/**
 * Takes out of a finished line what looks like a secret, whatever it is called: keys of ours, values in query strings, passwords in
 * addresses. An error's message or a library's text may carry them where no name gives them away. None of the patterns can match
 * across a quote, so the line stays JSON.
 */
export function scrubLine(line: string): string {
  return line
    .replace(OUR_KEYS, `$1_${CENSOR}`)
    .replace(QUERY_VALUES, `$1${CENSOR}`)
    .replace(URL_PASSWORDS, `$1${CENSOR}@`);
}
