import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { addMillis, addSeconds, earlier, formatInstant, instant, later, parseInstant } from './instant.js';

const moment = fc
  .integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER })
  .map((micros) => instant(micros));

describe('An instant', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(moment, (at) => expect(parseInstant(formatInstant(at))).toBe(at)),
      { numRuns: 2_000 },
    );
  });

  it('is written as the platform’s calendar has it', () => {
    fc.assert(
      fc.property(moment, (at) => {
        const millis = Math.floor(at / 1_000);
        const rest = String(at - millis * 1_000).padStart(3, '0');
        expect(formatInstant(at)).toBe(new Date(millis).toISOString().replace('Z', `${rest}Z`));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    [-1, '1969-12-31T23:59:59.999999Z'],
    [0, '1970-01-01T00:00:00.000000Z'],
    [951_782_400_000_000, '2000-02-29T00:00:00.000000Z'],
    [4_107_542_399_999_999, '2100-02-28T23:59:59.999999Z'],
    [4_107_542_400_000_000, '2100-03-01T00:00:00.000000Z'],
  ])('%d is %s', (micros, text) => {
    expect(formatInstant(instant(micros))).toBe(text);
    expect(parseInstant(text)).toBe(micros);
  });

  it('sorts as its text does', () => {
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        expect(formatInstant(a) < formatInstant(b)).toBe(a < b);
        expect(earlier(a, b)).toBe(Math.min(a, b));
        expect(later(a, b)).toBe(Math.max(a, b));
      }),
    );
  });

  it.each([
    '',
    '2026-02-29T00:00:00.000000Z',
    '2026-13-01T00:00:00.000000Z',
    '2026-00-01T00:00:00.000000Z',
    '2026-01-01T24:00:00.000000Z',
    '2026-01-01T00:60:00.000000Z',
    '2026-01-01T00:00:60.000000Z',
    '2026-01-01T00:00:00.000Z',
    '2026-01-01T00:00:00.000000+00:00',
    '2026-01-01 00:00:00.000000Z',
    '2026-01-01T00:00:00.000000Z\n',
    '0001-01-01T00:00:00.000000Z',
    '9999-12-31T23:59:59.999999Z',
  ])('is not read from %j', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 0.5, 2 ** 53])('is not written from %d', (micros) => {
    expect(() => formatInstant(instant(micros))).toThrow('whole number of microseconds');
  });

  it('moves by seconds and milliseconds', () => {
    expect(addSeconds(instant(5), 2n)).toBe(2_000_005);
    expect(addSeconds(instant(5), -2n)).toBe(-1_999_995);
    expect(addMillis(instant(5), 3)).toBe(3_005);
  });
});
