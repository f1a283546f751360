import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backoffMs, waitUnlessAborted } from './backoff.js';

describe('Back-off', () => {
  it('doubles up to the longest wait, between half and whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (failures) => {
        const whole = Math.min(5000, 100 * 2 ** Math.min(failures - 1, 20));
        const waitMs = backoffMs(failures, { firstMs: 100, maxMs: 5000 });
        expect(waitMs).toBeGreaterThanOrEqual(whole / 2);
        expect(waitMs).toBeLessThanOrEqual(whole);
      }),
    );
  });

  it('ends at once when it is called off', async () => {
    const stop = new AbortController();
    const waiting = waitUnlessAborted(600_000, stop.signal);
    stop.abort();
    await expect(waiting).resolves.toBeUndefined();
    await expect(waitUnlessAborted(600_000, stop.signal)).resolves.toBeUndefined();
  });
});
