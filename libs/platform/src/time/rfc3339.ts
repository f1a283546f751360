import { instant, type Instant } from '#domain';

/** RFC 3339 §5.6; as it says, `T` and `Z` may be in lower case and a blank may stand for the `T`. */
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const MICROS_PER_MILLI = 1_000;
const MS_PER_MINUTE = 60_000;

/**
 * A moment as other people's programs write it, cut to whole microseconds; `undefined` for any other text, and for days that no calendar
 * has. A leap second is the first of the next minute.
 */
export function parseRfc3339(text: string): Instant | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const fraction = (match[7] ?? '').padEnd(6, '0').slice(0, 6);
  const [offsetHour, offsetMinute] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return undefined;
  const date = new Date(0);
  // `Date.UTC` would take a year below 100 for one of the last century.
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  date.setUTCHours(hour, minute, second);
  const offsetMs = (offsetHour * 60 + offsetMinute) * MS_PER_MINUTE * (match[8] === '-' ? -1 : 1);
  return instant((date.getTime() - offsetMs) * MICROS_PER_MILLI + Number(fraction));
}
