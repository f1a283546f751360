import { describe, expect, it } from '@jest/globals';
import { TimedCache } from './timed-cache.js';

/** A cache over a value that a test changes, on a clock that a test moves. */
function given(entriesMax = 10) {
  const world = { nowMs: 0, value: 'first', loads: 0, broken: false };
  const cache = new TimedCache<string, string>({
    load: async () => {
      world.loads += 1;
      if (world.broken) throw new Error('The database is away.');
      return world.value;
    },
    refreshAfterMs: 500,
    expireAfterMs: 1_000,
    entriesMax,
    nowMs: () => world.nowMs,
  });
  return { world, cache };
}

describe('A timed cache', () => {
  it('asks once for simultaneous askers, and answers without a promise while fresh', async () => {
    const { world, cache } = given();
    await Promise.all([cache.get('k'), cache.get('k'), cache.get('k')]);
    expect(world.loads).toBe(1);
    expect(cache.get('k')).toBe('first');
  });

  it('refreshes in the background past half its time', async () => {
    const { world, cache } = given();
    await cache.get('k');
    world.value = 'second';
    world.nowMs = 600;
    expect(cache.get('k')).toBe('first');
    await Promise.resolve().then(() => undefined);
    await new Promise(setImmediate);
    expect(cache.get('k')).toBe('second');
  });

  it('never answers a value that was read longer ago than its time', async () => {
    const { world, cache } = given();
    await cache.get('k');
    world.value = 'second';
    world.nowMs = 1_001;
    expect(await cache.get('k')).toBe('second');
  });

  it('lets a failed refresh pass, and tells of a failed load', async () => {
    const { world, cache } = given();
    await cache.get('k');
    world.broken = true;
    world.nowMs = 600;
    expect(cache.get('k')).toBe('first');
    await new Promise(setImmediate);
    world.nowMs = 1_100;
    await expect(cache.get('k')).rejects.toThrow('away');
    world.broken = false;
    expect(await cache.get('k')).toBe('first');
  });

  it('forgets also what is being read, which may be old already', async () => {
    const { world, cache } = given();
    const reading = cache.get('k');
    cache.forget('k');
    await reading;
    world.value = 'second';
    expect(await cache.get('k')).toBe('second');
  });

  it('keeps a bounded number', async () => {
    const { world, cache } = given(2);
    for (const key of ['a', 'b', 'c']) await cache.get(key);
    expect(cache.get('c')).toBe('first');
    await cache.get('a');
    expect(world.loads).toBe(4);
  });
});
