import { z } from 'zod';
import { instant, type Instant } from '#domain';
import { parseRfc3339 } from '#platform';

/** Moments that are exact, and that the database can hold. */
const EARLIEST = instant(0);
const LATEST = instant(Date.UTC(2255, 0, 1) * 1_000);

/** A moment that a caller names, cut to whole microseconds. */
export const timeAt = z
  .string()
  .transform((text, context): Instant => {
    const at = parseRfc3339(text);
    if (at !== undefined && at >= EARLIEST && at < LATEST) return at;
    context.addIssue('must be a date-time from 1970 to 2254 such as 2026-03-31T23:59:59Z');
    return z.NEVER;
  })
  .meta({ type: 'string', format: 'date-time' });
