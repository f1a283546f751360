import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { refundShare } from './refund-share.js';

describe('A refund’s share of the points', () => {
  it('is all of them for the whole order', () => {
    expect(refundShare(1_000n, { totalCents: 4_500n, beforeCents: 0n, afterCents: 4_500n })).toBe(1_000n);
  });

  it('is in proportion, rounded down, and the last part makes it whole', () => {
    const part = (beforeCents: bigint | undefined, afterCents: bigint): bigint =>
      refundShare(100n, { totalCents: 3n, beforeCents, afterCents });
    expect([part(undefined, 1n), part(1n, 2n), part(2n, 3n)]).toEqual([33n, 33n, 34n]);
  });

  it('of an order that cost nothing is all of them the first time it is refunded', () => {
    expect(refundShare(100n, { totalCents: 0n, beforeCents: undefined, afterCents: 0n })).toBe(100n);
    expect(refundShare(100n, { totalCents: 0n, beforeCents: 0n, afterCents: 0n })).toBe(0n);
  });

  it('is never negative, and the parts of any refunds sum to what their money’s sum gives back', () => {
    const cents = fc.bigInt({ min: 1n, max: 2n ** 31n });
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
        cents,
        fc.array(cents, { maxLength: 8 }),
        (p, total, asked) => {
          let before: bigint | undefined;
          let back = 0n;
          for (const amount of asked) {
            const after = (before ?? 0n) + amount > total ? total : (before ?? 0n) + amount;
            const share = refundShare(p, { totalCents: total, beforeCents: before, afterCents: after });
            expect(share).toBeGreaterThanOrEqual(0n);
            back += share;
            before = after;
          }
          expect(back).toBe((p * (before ?? 0n)) / total);
        },
      ),
    );
  });
});
