import { invariant } from './invariant.js';

/**
 * A moment: whole microseconds since 1970-01-01T00:00:00Z, exact as a number until the year 2255. The domain has no clock and
 * no `Date`; it is told the time and only formats, parses, compares and adds.
 */
export type Instant = number & { readonly unit: 'microseconds since the epoch' };

const MICROS_PER_SECOND = 1_000_000;
const MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;
const PATTERN = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})\.(\d{6})Z$/;

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

let lastInstant = Number.NaN;
let lastText = '';

/**
 * Fixed-width RFC 3339 in UTC with six decimals, so that texts sort as the moments do.
 * @throws InvariantViolation for a number that is no exact moment: written, it would be a text that nobody can read back.
 */
export function formatInstant(at: Instant): string {
  // All events of one group share one time: the last answer serves nearly every call.
  if (at === lastInstant) return lastText;
  invariant(Number.isSafeInteger(at), 'a moment is a whole number of microseconds before the year 2255');
  const days = Math.floor(at / MICROS_PER_DAY);
  const micros = at - days * MICROS_PER_DAY;
  const seconds = Math.floor(micros / MICROS_PER_SECOND);
  const time = `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`;
  lastText = `${formatDays(days)}T${time}.${pad(micros % MICROS_PER_SECOND, 6)}Z`;
  lastInstant = at;
  return lastText;
}

/** Reads what `formatInstant` writes; `undefined` for any other text. */
export function parseInstant(text: string): Instant | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second, micros] = match.slice(1).map(Number) as [number, ...number[]] as Seven;
  const at = instant(
    daysOf(year, month, day) * MICROS_PER_DAY + ((hour * 60 + minute) * 60 + second) * MICROS_PER_SECOND + micros,
  );
  return Number.isSafeInteger(at) && formatInstant(at) === text ? at : undefined;
}

type Seven = [number, number, number, number, number, number, number];

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
