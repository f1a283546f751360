import { createHmac } from 'node:crypto';
import { takeRandom } from './random.js';

/**
 * Codes that people may type: `<prefix>-XXXX-XXXX-XXXX-XXXX-C`, sixteen characters of Crockford's base 32 (no I, L, O or U, so nothing
 * is taken for 1, 0 or V), which is 80 bits of the system's random source, and a check character.
 *
 * The check character is a sum over the field of 32 elements, GF(2)[x] / (x⁵ + x² + 1): the sixteen characters, from left to
 * right, are weighted with x¹⁶ … x¹ and the check character with x⁰ = 1, and all of it adds up to zero. Every weight is different
 * and none is zero, so one wrong character, and any two characters that changed places, never add up to zero.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BODY_CHARACTERS = 16;
const REDUCTION = 0b00101;
const PREFIX = /^[A-Z0-9]{0,16}$/;
const SHAPE = new RegExp(`^(?:[A-Z0-9]{1,16}-)?((?:[${ALPHABET}]{4}-){4}[${ALPHABET}])$`);

/** @param prefix the company's, 0–16 of `A-Z 0-9`; the check character doesn't cover it. */
export function generateVoucherCode(prefix: string): string {
  return codeOf(prefix, takeRandom(BODY_CHARACTERS));
}

/**
 * The same code for the same text, for a code that has to be told to somebody again before it is on record anywhere: 80 bits of
 * HMAC-SHA-256, which nobody can guess without the secret.
 */
export function deriveVoucherCode(prefix: string, secret: Uint8Array, text: string): string {
  const digest = createHmac('sha256', secret).update('voucher-code\0').update(text, 'utf8').digest();
  return codeOf(prefix, digest.subarray(0, BODY_CHARACTERS));
}

/** @param bytes one for each character, five bits of which are used. */
function codeOf(prefix: string, bytes: Uint8Array): string {
  if (!PREFIX.test(prefix)) {
    throw new RangeError('A voucher prefix has at most 16 characters, each A-Z or 0-9.');
  }
  const values = Array.from(bytes, (byte) => byte & 31);
  const body = values.map(character).join('');
  const groups = body.match(/.{4}/g) ?? [];
  return [...(prefix === '' ? [] : [prefix]), ...groups, character(checkValue(values))].join('-');
}

/** Whether `code` has the shape of a generated code and its check character fits. Says nothing about whether it was ever issued. */
export function hasValidCheckCharacter(code: string): boolean {
  const match = SHAPE.exec(code);
  if (match?.[1] === undefined) {
    return false;
  }
  const values = Array.from(match[1].replaceAll('-', ''), (symbol) => ALPHABET.indexOf(symbol));
  return checkValue(values.slice(0, BODY_CHARACTERS)) === values[BODY_CHARACTERS];
}

/** Horner's rule: each step multiplies what came before by x, so the last character ends with the weight x¹. */
function checkValue(values: readonly number[]): number {
  return values.reduce((sum, value) => timesX(sum ^ value), 0);
}

function timesX(element: number): number {
  const shifted = (element << 1) & 31;
  return (element & 16) === 0 ? shifted : shifted ^ REDUCTION;
}

function character(value: number): string {
  return ALPHABET.charAt(value);
}
