import { invariant } from './invariant.js';

/**
 * A moment: whole microseconds since 1970-01-01T00:00:00Z, exact as a number until the year 2255. The domain has no clock and
 * no `Date`; it is told the time and only formats, parses, compares and adds.
 */
export type Instant = number & { readonly unit: 'microseconds since the epoch' };

const MICROS_PER_SECOND = 1_000_000;
const MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;

export function instant(micros: number): Instant {
  return micros as Instant;
}

export function addSeconds(at: Instant, seconds: bigint): Instant {
  return instant(at + Number(seconds) * MICROS_PER_SECOND);
}

export function addMillis(at: Instant, millis: number): Instant {
  return instant(at + millis * 1_000);
}

export function earlier(a: Instant, b: Instant): Instant {
  return a < b ? a : b;
}

export function later(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}

/**
 * The moments written last, in a slot each. A group has one time, and what it makes due lies a round number of seconds later:
 * nearly every moment is written many times in a row, in turns with a few others.
 */
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => pad(value, 2));
const SLOTS = 61;
const writtenAt = new Array<number>(SLOTS).fill(Number.NaN);
const writtenText = new Array<string>(SLOTS).fill('');

let lastInstant = instant(Number.NaN);
let lastText = '';

/**
 * Fixed-width RFC 3339 in UTC with six decimals, so that texts sort as the moments do.
 * @throws InvariantViolation for a number that is no exact moment: written, it would be a text that nobody can read back.
 */
export function formatInstant(at: Instant): string {
  const slot = Math.abs(at % SLOTS) | 0;
  if (writtenAt[slot] === at) return writtenText[slot] as string;
  invariant(Number.isSafeInteger(at), 'a moment is a whole number of microseconds before the year 2255');
  const days = Math.floor(at / MICROS_PER_DAY);
  const micros = at - days * MICROS_PER_DAY;
  const seconds = Math.floor(micros / MICROS_PER_SECOND);
  const time = `${TWO_DIGITS[Math.floor(seconds / 3600)]}:${TWO_DIGITS[Math.floor(seconds / 60) % 60]}:${TWO_DIGITS[seconds % 60]}`;
  const text = `${dayText(days)}T${time}.${pad(micros % MICROS_PER_SECOND, 6)}Z`;
  writtenAt[slot] = at;
  writtenText[slot] = text;
  return text;
}

/** Reads what `formatInstant` writes; `undefined` for any other text. */
export function parseInstant(text: string): Instant | undefined {
  if (text.length !== INSTANT_WIDTH) return undefined;
  if (text === lastText) return lastInstant;
  for (let i = 0; i < INSTANT_WIDTH; i++) codes[i] = Math.min(text.charCodeAt(i), NO_ASCII);
  const at = instantAt(codes, 0);
  if (Number.isNaN(at)) return undefined;
  lastText = text;
  lastInstant = at;
  return at;
}

export const INSTANT_WIDTH = '0000-00-00T00:00:00.000000Z'.length;
const NO_ASCII = 0xff;
const codes = new Uint8Array(INSTANT_WIDTH);

/** The same of a text's bytes, from `from` on; NaN where no moment stands. */
export function instantAt(bytes: Uint8Array, from: number): Instant {
  const hasMarks =
    bytes[from + 4] === 0x2d &&
    bytes[from + 7] === 0x2d &&
    bytes[from + 10] === 0x54 &&
    bytes[from + 13] === 0x3a &&
    bytes[from + 16] === 0x3a &&
    bytes[from + 19] === 0x2e &&
    bytes[from + 26] === 0x5a;
  if (!hasMarks) return NO_INSTANT;
  const year = digits(bytes, from, 4);
  const month = digits(bytes, from + 5, 2);
  const day = digits(bytes, from + 8, 2);
  const hour = digits(bytes, from + 11, 2);
  const minute = digits(bytes, from + 14, 2);
  const second = digits(bytes, from + 17, 2);
  const micros = digits(bytes, from + 20, 6);
  // Comparisons with NaN are false: a place without a digit is no time.
  const isTime = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  if (!isTime || !(hour < 24 && minute < 60 && second < 60 && micros >= 0)) return NO_INSTANT;
  const at =
    daysOf(year, month, day) * MICROS_PER_DAY + ((hour * 60 + minute) * 60 + second) * MICROS_PER_SECOND + micros;
  return Number.isSafeInteger(at) ? instant(at) : NO_INSTANT;
}

const NO_INSTANT = instant(Number.NaN);

/** The number that stands there; NaN where something else than digits does. */
function digits(bytes: Uint8Array, from: number, width: number): number {
  let value = 0;
  for (let i = from; i < from + width; i++) {
    const digit = (bytes[i] as number) - 0x30;
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
  }
  return value;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

let lastDays = Number.NaN;
let lastDayText = '';

/** Moments that are written together are mostly of one day. */
function dayText(days: number): string {
  if (days !== lastDays) {
    lastDayText = formatDays(days);
    lastDays = days;
  }
  return lastDayText;
}

/** Days since the epoch to a proleptic Gregorian date: years counted from March, so that the leap day is a year's last. */
function formatDays(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function daysOf(year: number, month: number, day: number): number {
  const fromMarch = month <= 2 ? year - 1 : year;
  const era = Math.floor(fromMarch / 400);
  const yearOfEra = fromMarch - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
