import { isUtf8 } from 'node:buffer';
import { invalid } from './api-error.js';

/** Deeper than any metadata may be (16 levels), with what stands around it. */
const DEPTH_MAX = 32;
/** Keys that reach an object's prototype where someone merges objects carelessly. */
const REFUSED_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor']);
/** Texts without any of these hold no refused key, no NUL and no half of a surrogate pair. */
const SUSPICIOUS = /\\u|__proto__|constructor/;
const LONE_SURROGATE = /\p{Surrogate}/u;
/**
 * Only a number with an exponent or more than fifteen digits can differ from what `JSON.parse` makes of it. A number stands behind one of
 * these marks; a text that looks like it is looked at once more, and no harm done.
 */
const LONG_NUMBER = /(?:^|[[:,])\s*-?[\d.]*(?:\d[eE]|[\d.]{16})/;

/**
 * Parses a request's body, and refuses what would turn into something else on its way into the database: bytes that are not
 * UTF-8, half surrogate pairs, NUL, numbers beyond ±(2⁵³ − 1) or with digits that a double loses, and keys that touch prototypes. Whatever
 * reads the body after this may recurse: nothing is nested so deep that it exhausts the stack.
 *
 * @throws ApiError VALIDATION_ERROR
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return {};
  if (!isUtf8(bytes)) throw invalid('The body is not UTF-8.');
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('The body is not JSON.');
  }
  if (LONG_NUMBER.test(text)) checkNumbers(text);
  if (SUSPICIOUS.test(text) || opensMoreThan(DEPTH_MAX, text)) checkTree(value);
  return value;
}

/** Whether a text has more opening brackets than that. Few have, and only those can be nested so deep: the rest is not walked for it. */
function opensMoreThan(max: number, text: string): boolean {
  let count = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      if (++count > max) return true;
    }
  }
  return false;
}

/** Walks without recursion, so that no depth of nesting exhausts the stack. */
function checkTree(root: unknown): void {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_MAX) throw invalid(`The body is nested deeper than ${DEPTH_MAX} levels.`);
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'string') checkText(value);
      else if (Array.isArray(value)) for (const item of value) next.push(item);
      else if (typeof value === 'object' && value !== null) {
        for (const [key, item] of Object.entries(value)) {
          if (REFUSED_KEYS.has(key)) throw invalid(`The key "${key}" is not allowed.`);
          checkText(key);
          next.push(item);
        }
      }
    }
    level = next;
  }
}

function checkText(text: string): void {
  if (LONE_SURROGATE.test(text)) throw invalid('The body holds half of a surrogate pair (a \\ud8xx…\\udfxx escape).');
  if (text.includes('\0')) throw invalid('The body holds the character NUL.');
}

/** Looks at the number tokens of a text that is known to be JSON. */
function checkNumbers(text: string): void {
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) at = endOfString(text, at);
    else if (isNumberCharacter(character)) {
      const start = at;
      while (isNumberCharacter(text.charCodeAt(at + 1))) at++;
      checkNumber(text.slice(start, at + 1));
    } else if (isLetter(character)) while (isLetter(text.charCodeAt(at + 1))) at++;
  }
}

const QUOTE = 0x22;

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text.charCodeAt(at) !== QUOTE) at += text[at] === '\\' ? 2 : 1;
  return at;
}

/** Digits, `+ - . e E`; the letters of `true`, `false` and `null` are skipped as words. */
function isNumberCharacter(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2b || code === 0x2d || code === 0x2e || (code | 0x20) === 0x65;
}

function isLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

function checkNumber(token: string): void {
  const value = Number(token);
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    throw invalid('A number is beyond ±9007199254740991. Send large amounts as decimal strings.');
  }
  if (Number.isInteger(value) && !isWhole(token)) {
    throw invalid('A number has more digits than can be kept. Send exact amounts as decimal strings.');
  }
}

/** Whether the digits of a token themselves say a whole number: `5`, `5.0`, `0.5e1`. */
function isWhole(token: string): boolean {
  const [mantissa = '', exponent = '0'] = token.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = (whole + fraction).replace(/0+$/, '');
  return digits === '' || /^0+$/.test(digits) || digits.length <= whole.length + Number(exponent);
}
