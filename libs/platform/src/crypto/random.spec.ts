import { describe, expect, it } from '@jest/globals';
import { takeRandom } from './random.js';

describe('Random bytes', () => {
  it('are as many as asked for, across the edge of the pool too', () => {
    for (const length of [0, 1, 12, 4096, 5000, 8192, 8193, 20_000]) {
      expect(takeRandom(length)).toHaveLength(length);
    }
  });

  it('never come twice', () => {
    const seen = new Set(Array.from({ length: 5000 }, () => takeRandom(16).toString('hex')));
    expect(seen.size).toBe(5000);
  });

  it('stay the taker’s own when more are drawn', () => {
    const taken = takeRandom(16);
    const before = taken.toString('hex');
    for (let draws = 0; draws < 2000; draws += 1) {
      takeRandom(16);
    }
    expect(taken.toString('hex')).toBe(before);
  });

  it('are spread over all values', () => {
    const counts = new Array<number>(256).fill(0);
    for (const byte of takeRandom(256 * 1000)) {
      counts[byte] = (counts[byte] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(700);
    expect(Math.max(...counts)).toBeLessThan(1300);
  });

  it('refuse a length that is none', () => {
    expect(() => takeRandom(-1)).toThrow(RangeError);
    expect(() => takeRandom(1.5)).toThrow(RangeError);
  });
});
