import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatInstant, instant } from '#domain';
import { parseRfc3339 } from './rfc3339.js';

describe('A moment as other programs write it', () => {
  it.each([
    ['2026-11-22T10:00:00Z', '2026-11-22T10:00:00.000000Z'],
    ['2026-11-22t10:00:00.5z', '2026-11-22T10:00:00.500000Z'],
    ['2026-11-22 10:00:00.123456789Z', '2026-11-22T10:00:00.123456Z'],
    ['2026-11-22T10:00:00+05:30', '2026-11-22T04:30:00.000000Z'],
    ['2026-12-31T23:59:60Z', '2027-01-01T00:00:00.000000Z'],
    ['2026-01-01T00:00:00-23:59', '2026-01-01T23:59:00.000000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000000Z'],
  ])('%s reads as %s', (text, expected) => {
    expect(formatInstant(parseRfc3339(text) ?? instant(0))).toBe(expected);
  });

  it.each([
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01',
    'tomorrow',
    '',
    '2026-01-01T00:00:00Z\n',
  ])('%j is none', (text) => {
    expect(parseRfc3339(text)).toBeUndefined();
  });

  it('reads what the ledger writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (micros) => {
        expect(parseRfc3339(formatInstant(instant(micros)))).toBe(micros);
      }),
    );
  });
});
