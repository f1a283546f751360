import { z } from 'zod';
import { instant, type Instant } from '#domain';

const DATE_TIME = /^(\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2})(?:\.(\d{1,12}))?([Zz]|[+-]\d{2}:\d{2})$/;
const YEAR_MAX_MICROS = Date.UTC(2255, 0, 1) * 1_000;

/** An RFC 3339 date-time to the microsecond; more decimals are cut. Undefined for any other text, or beyond the year 2254. */
export function readTime(text: string): Instant | undefined {
  const [, seconds, fraction = '', zone] = DATE_TIME.exec(text) ?? [];
  const milliseconds = Date.parse(`${seconds ?? ''}${zone ?? ''}`.toUpperCase());
  const micros = milliseconds * 1_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
  return micros >= 0 && micros < YEAR_MAX_MICROS ? instant(micros) : undefined;
}

/** A moment that a caller names. */
export const timeAt = z
  .string()
  .transform((text, context): Instant => {
    const at = readTime(text);
    if (at !== undefined) return at;
    context.addIssue('must be a date-time such as 2026-03-31T23:59:59Z');
    return z.NEVER;
  })
  .meta({ type: 'string', format: 'date-time' });
