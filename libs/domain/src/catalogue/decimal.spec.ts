import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { anyDecimal } from '../../../../test/support/domain/catalogue.js';
import { DECIMAL_MAX, divide, formatDecimal, parseDecimal, roundings } from './decimal.js';

describe('A decimal', () => {
  it('is read as it was written, and written in the shortest way', () => {
    fc.assert(
      fc.property(anyDecimal, (value) => {
        const text = formatDecimal(value);
        expect(parseDecimal(text)).toBe(value);
        expect(text).not.toMatch(/\.\d*0$|\.$/);
      }),
    );
  });

  it.each([
    ['0', 0n],
    ['10', 100_000n],
    ['12.5', 125_000n],
    ['0.0001', 1n],
    ['99999999999.9999', DECIMAL_MAX],
  ])('%s is %s ten-thousandths', (text, value) => {
    expect(parseDecimal(text)).toBe(value);
  });

  it.each(['', '.5', '5.', '-1', '+1', '1e3', '01', '1.00001', '100000000000', '1,5', ' 1', '1 ', '٣', 'NaN', '0x1'])(
    'is not %p',
    (text) => {
      expect(parseDecimal(text)).toBeUndefined();
    },
  );

  it('is exact as a JSON number too', () => {
    fc.assert(fc.property(anyDecimal, (value) => String(Number(formatDecimal(value))) === formatDecimal(value)));
  });
});

describe('A division', () => {
  const positive = fc.bigInt({ min: 1n, max: 10n ** 20n });

  it('is off by less than one, in the direction its rounding says', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 40n }),
        positive,
        fc.constantFrom(...roundings),
        (a, b, rounding) => {
          const off = divide(a, b, rounding) * b - a;
          if (rounding === 'down') expect(off <= 0n && -off < b).toBe(true);
          if (rounding === 'up') expect(off >= 0n && off < b).toBe(true);
          if (rounding === 'half_up') expect(off * 2n <= b && -off * 2n < b).toBe(true);
        },
      ),
    );
  });

  it.each([
    ['down', 2n],
    ['half_up', 3n],
    ['up', 3n],
  ] as const)('of 5 by 2 is rounded %s to %s', (rounding, quotient) => {
    expect(divide(5n, 2n, rounding)).toBe(quotient);
  });
});
