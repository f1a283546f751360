import { describe, expect, it } from '@jest/globals';
import { stolenPercent, watchStolenTime } from './stolen-time.js';

describe('What a host takes of the processors', () => {
  it('is a share of all their time, where the system tells', () => {
    const share = watchStolenTime()();
    if (process.platform !== 'linux') return expect(share).toBeNull();
    expect(share).toBeGreaterThanOrEqual(0);
    expect(share).toBeLessThanOrEqual(1);
  });

  it.each([
    [0.184, '18 %'],
    [0.02, undefined],
    [null, undefined],
    [undefined, undefined],
  ])('%s is told as %s', (share, told) => {
    expect(stolenPercent(share)).toBe(told);
  });
});
