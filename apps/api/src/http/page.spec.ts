import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatInstant, instant, type Instant } from '#domain';
import { before, pageOf, type Cursor } from './page.js';

/** A list as the database gives it: sorted from new to old, the cursor's rows skipped, one more than asked for. */
function fetch(times: readonly Instant[], { newest, skip }: Cursor, limit: number): readonly Instant[] {
  const sorted = [...times].sort((a, b) => b - a);
  return sorted.filter((time) => time <= newest).slice(skip, skip + limit + 1);
}

describe('Pages', () => {
  it('taken one after the other give every row once, however many share a microsecond', () => {
    const times = fc.array(
      fc.integer({ min: 0, max: 6 }).map((micro) => instant(1_700_000_000_000_000 + micro)),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 7 }), (all, limit) => {
        const given: Instant[] = [];
        let cursor = before.parse(undefined);
        for (;;) {
          const page = pageOf(fetch(all, cursor, limit), limit, cursor, (time) => time);
          given.push(...page.rows);
          if (page.nextBefore === null) break;
          expect(page.hasMore).toBe(true);
          cursor = before.parse(page.nextBefore);
        }
        expect(given).toEqual([...all].sort((a, b) => b - a));
      }),
    );
  });

  it('go on through a thousand rows of one microsecond', () => {
    const at = instant(1_700_000_000_000_000);
    const cursor: Cursor = { newest: at, skip: 990 };
    const page = pageOf(Array<Instant>(21).fill(at), 20, cursor, (time) => time);
    expect(page.nextBefore).toBe('2023-11-14T22:13:20.000000001010Z');
    expect(before.parse(page.nextBefore)).toEqual({ newest: at, skip: 1_010 });
  });

  it.each([
    ['2026-01-05T10:00:00Z', '2026-01-05T09:59:59.999999Z'],
    ['2026-01-05t10:00:00.5z', '2026-01-05T10:00:00.499999Z'],
    ['2026-01-05T10:00:00.123456+02:00', '2026-01-05T08:00:00.123455Z'],
  ])('before %s begin at %s', (text, newest) => {
    expect(formatInstant(before.parse(text).newest)).toBe(newest);
  });

  it.each([
    '',
    'now',
    '2026-01-05',
    '2026-01-05 10:00:00Z',
    '2026-01-05T10:00:00',
    '2026-01-05T25:00:00Z',
    '1767607200',
  ])('refuse the time %j', (text) => {
    expect(before.safeParse(text).success).toBe(false);
  });
});
