import { describe, expect, it } from '@jest/globals';
import { waitFrom } from './prefer.js';

describe('Prefer', () => {
  it.each<readonly [string | undefined, number, string | undefined]>([
    [undefined, 10_000, undefined],
    ['wait=3', 3_000, 'wait=3'],
    ['WAIT = "3"', 3_000, 'wait=3'],
    ['wait=0', 0, 'wait=0'],
    ['wait=600', 60_000, 'wait=60'],
    ['respond-async', 0, 'respond-async'],
    ['respond-async, wait=5', 5_000, 'respond-async, wait=5'],
    ['return=minimal; x=1, wait=2', 2_000, 'wait=2'],
    ['wait=4, wait=9', 4_000, 'wait=4'],
    ['wait=1.5', 10_000, undefined],
    ['wait=', 10_000, undefined],
    ['', 10_000, undefined],
  ])('%j waits %i ms', (prefer, waitMs, applied) => {
    expect(waitFrom(prefer, 10_000)).toEqual(applied === undefined ? { waitMs } : { waitMs, applied });
  });
});
