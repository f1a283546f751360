import { describe, expect, it } from '@jest/globals';
import { checkedChannel } from './channel.js';

describe('A channel', () => {
  it('is a plain name', () => {
    expect(checkedChannel('holdfast_saga_work')).toBe('holdfast_saga_work');
  });

  it.each(['', 'Upper', '1st', 'a b', 'a;DROP TABLE x', 'a"', 'a'.repeat(64)])('is not %j', (name) => {
    expect(() => checkedChannel(name)).toThrow(RangeError);
  });
});
