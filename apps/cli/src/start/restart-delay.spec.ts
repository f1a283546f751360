import { describe, expect, it } from '@jest/globals';

import { RestartDelay } from './restart-delay.js';

describe('The pause before a process is started again', () => {
  it('doubles up to ten seconds while the process keeps ending', () => {
    const delay = new RestartDelay();
    const pauses = Array.from({ length: 8 }, () => delay.afterRunOf(100));
    expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  it('is short again after a steady run', () => {
    const delay = new RestartDelay();
    delay.afterRunOf(100);
    delay.afterRunOf(100);
    expect(delay.afterRunOf(30_000)).toBe(250);
  });
});
