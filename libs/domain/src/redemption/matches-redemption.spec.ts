import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { anyStory, commandsOf, laterBy, walletWith } from '../../../../test/support/domain/index.js';
import { encodeRedemption, matchesRedemption } from './redemption-record.js';
import type { Redemption } from './redemption.js';

/** Every redemption of a story, at its end. */
const redemptions = anyStory.map((story): readonly Redemption[] => {
  let history = walletWith(100n);
  let now = history.now;
  for (const happening of story) {
    now = laterBy(now, happening.afterMillis);
    for (const command of commandsOf(happening, history, now)) {
      const decision = history.decide(command, now);
      if ('events' in decision) history = history.record(decision.events, now);
    }
  }
  return [...history.state.redemptions.values()];
});

/** Somewhere in a greater buffer, as rows are. */
function matches(state: Redemption, text: string): boolean {
  const bytes = Buffer.from(`x${text}}"`);
  return matchesRedemption(state, bytes, 1, bytes.length - 2);
}

const aRedemption = (): Redemption => {
  const [[first] = []] = fc.sample(
    redemptions.filter(({ length }) => length > 0),
    { numRuns: 1, seed: 7 },
  );
  return first as Redemption;
};

describe('Comparing a redemption with stored bytes', () => {
  it('says yes to what would be written', () => {
    fc.assert(
      fc.property(redemptions, (all) => {
        for (const state of all) expect(matches(state, encodeRedemption(state))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('says no to anything else, whichever character is another, one more or missing', () => {
    const change = fc.record({
      at: fc.nat(),
      by: fc.oneof(fc.constantFrom('', '"', '\\', '0', '-', ' ', ',', '}', 'é'), fc.string({ maxLength: 2 })),
      keep: fc.boolean(),
    });
    fc.assert(
      fc.property(redemptions, change, (all, { at, by, keep }) => {
        for (const state of all) {
          const text = encodeRedemption(state);
          const place = at % text.length;
          const changed = text.slice(0, place) + by + text.slice(keep ? place : place + 1);
          expect(matches(state, changed)).toBe(changed === text);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each(['a "quoted" name', 'back\\slash', 'Zwölf', 'line\nbreak'])(
    'never says yes to %j unescaped',
    (rewardName) => {
      const state = { ...aRedemption(), rewardName };
      const plain = { ...state, rewardName: 'NAME' };
      expect(matches(state, encodeRedemption(plain).replace('NAME', rewardName))).toBe(false);
      // That it is the same nobody but the writer can tell.
      expect(matches(state, encodeRedemption(state))).toBe(false);
    },
  );

  it('takes no byte for the character of its number: it is not how UTF-8 writes it', () => {
    const state = { ...aRedemption(), rewardName: 'Zwölf' };
    const bytes = Buffer.from(encodeRedemption(state), 'latin1');
    expect(matchesRedemption(state, bytes, 0, bytes.length)).toBe(false);
  });

  it('tells numbers apart that are written alike, and empty lists from full ones', () => {
    const state = aRedemption();
    for (const other of [
      { ...state, cost: state.cost + 1n },
      { ...state, updatedAt: (state.updatedAt + 1) as typeof state.updatedAt },
      { ...state, flags: ['code_ambiguous'] as const },
      { ...state, voucher: { ...state.voucher, orderIds: ['one', 'two'] } },
      { ...state, lossAccepted: !state.lossAccepted },
    ]) {
      expect(matches(other, encodeRedemption(other))).toBe(true);
      expect(matches(other, encodeRedemption(state))).toBe(false);
      expect(matches(state, encodeRedemption(other))).toBe(false);
    }
  });
});
