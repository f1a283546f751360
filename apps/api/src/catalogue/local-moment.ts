import { instant, type LocalMoment } from '#domain';

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether a name is one of the IANA time zones that this program knows the rules of. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** What the calendar in `timeZone` shows at a moment: the day, its weekday, its ISO week, its month. */
export function localMoment(nowMs: number, timeZone: string): LocalMoment {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(nowMs)
      .map(({ type, value }) => [type, value]),
  );
  const day = `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
  const midnightMs = Date.parse(`${day}T00:00:00Z`);
  const weekday = new Date(midnightMs).getUTCDay() || 7;
  return { at: instant(nowMs * 1_000), weekday, day, week: isoWeek(midnightMs, weekday), month: day.slice(0, 7) };
}

/** ISO 8601: a week belongs to the year of its Thursday. */
function isoWeek(midnightMs: number, weekday: number): string {
  const thursday = new Date(midnightMs + (4 - weekday) * DAY_MS);
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY_MS)) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  // Day and month in two digits, years as they are; Gregorian whatever the machine's own locale is.
  const format = new Intl.DateTimeFormat('en-CA-u-ca-gregory-nu-latn', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  formats.set(timeZone, format);
  return format;
}
