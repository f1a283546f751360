import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonOf } from '../../../../test/support/domain/arbitrary-event.js';
import { decodeEvent, eventJsonSchema } from '../event/canonical-event.js';
import { eventTypes } from '../event/event-schemas.js';
import { emptyWallet, evolveWallet } from '../wallet/wallet.js';
import { postingsOf, type Account } from './postings.js';

const anyEvent = fc
  .constantFrom(...eventTypes)
  .chain((type) => jsonOf(eventJsonSchema(type) as Parameters<typeof jsonOf>[0]))
  .map((json) => decodeEvent(JSON.stringify(json)));

describe('The postings of an event', () => {
  it('sum to zero, and none of them is of nothing', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const postings = postingsOf(event);
        expect(postings.reduce((sum, { points }) => sum + points, 0n)).toBe(0n);
        expect(postings.every(({ points }) => points !== 0n)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('add up to the wallet that the same events fold to', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        const balances: Record<Account, bigint> = {
          available: 0n,
          reserved: 0n,
          burned: 0n,
          expired: 0n,
          earned: 0n,
          adjusted: 0n,
          earn_reversed: 0n,
        };
        let wallet = emptyWallet;
        for (const event of events) {
          wallet = evolveWallet(wallet, event, event);
          for (const { account, points } of postingsOf(event)) balances[account] += points;
        }
        expect(balances).toEqual({
          available: wallet.available,
          reserved: wallet.reserved,
          burned: wallet.burned,
          expired: wallet.expired,
          earned: -wallet.earned,
          adjusted: wallet.adjustedDown - wallet.adjustedUp,
          earn_reversed: wallet.earnReversed,
        });
      }),
    );
  });
});
