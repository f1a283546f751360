import { z } from 'zod';
import { formatInstant, instant, type Instant } from '#domain';

/**
 * Lists run from new to old, and `before` says where to go on: a date-time, exclusive, as bitbybit has it. Many rows may share one
 * microsecond, since a group of commands has one time. Where a page ends between such rows, `nextBefore` goes on after the
 * microsecond with how many of them have been given: `…05.123456003Z` is a date-time still, and no row is lost or given twice.
 */
export interface Cursor {
  /** No row is newer than this. */
  readonly newest: Instant;
  /** Rows of exactly that time that were given before. */
  readonly skip: number;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly hasMore: boolean;
  readonly nextBefore: string | null;
}

/** As far as instants are exact; no row is newer. */
const END_OF_TIME = instant(Date.UTC(2255, 0, 1) * 1_000);
const DATE_TIME = /^(\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2})(?:\.(\d{1,12}))?([Zz]|[+-]\d{2}:\d{2})$/;
const SKIP_DIGITS = 3;
const LONG_SKIP_DIGITS = 6;

export const before = z
  .string()
  .optional()
  .transform((text, context): Cursor => {
    const cursor = text === undefined ? { newest: END_OF_TIME, skip: 0 } : readCursor(text);
    if (cursor !== undefined) return cursor;
    context.addIssue('must be a date-time such as 2026-01-05T10:00:00Z');
    return z.NEVER;
  })
  .meta({
    type: 'string',
    format: 'date-time',
    description: 'Only rows older than this. Take it from pagination.nextBefore.',
  });

function readCursor(text: string): Cursor | undefined {
  const [, seconds, fraction = '', zone] = DATE_TIME.exec(text) ?? [];
  const milliseconds = Date.parse(`${seconds ?? ''}${zone ?? ''}`.toUpperCase());
  if (Number.isNaN(milliseconds)) return undefined;
  const micros = milliseconds * 1_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
  const at = Math.min(Math.max(micros, 1), END_OF_TIME);
  const rest = fraction.slice(6);
  const skip = rest.length === SKIP_DIGITS || rest.length === LONG_SKIP_DIGITS ? Number(rest) : 0;
  return skip > 0 ? { newest: instant(at), skip } : { newest: instant(at - 1), skip: 0 };
}

/** Makes a page of `limit + 1` rows, sorted from new to old. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  cursor: Cursor,
  timeOf: (row: Row) => Instant,
): Page<Row> {
  const given = rows.slice(0, limit);
  const last = given.at(-1);
  const next = rows[limit];
  if (last === undefined || next === undefined) return { rows: given, hasMore: false, nextBefore: null };
  return { rows: given, hasMore: true, nextBefore: nextBefore(given.map(timeOf), timeOf(next), cursor) };
}

function nextBefore(given: readonly Instant[], next: Instant, cursor: Cursor): string {
  const last = given.at(-1) ?? next;
  const text = formatInstant(last);
  if (next !== last) return text;
  const before = last === cursor.newest ? cursor.skip : 0;
  const skip = String(before + given.filter((time) => time === last).length);
  const digits = skip.length > SKIP_DIGITS ? LONG_SKIP_DIGITS : SKIP_DIGITS;
  return `${text.slice(0, -1)}${skip.padStart(digits, '0')}Z`;
}
