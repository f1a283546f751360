import { describe, expect, it } from '@jest/globals';
import { gathered, gatheredByName } from './gathered.js';

describe('Looks that are gathered', () => {
  it('are one statement for all who ask in one turn, and each gets its own answer', async () => {
    const asked: (readonly number[])[] = [];
    const squareOf = gathered<number, number>((keys) => {
      asked.push(keys);
      return Promise.resolve(keys.map((key) => (key < 0 ? undefined : key * key)));
    });
    expect(await Promise.all([squareOf(2), squareOf(3), squareOf(-1), squareOf(2)])).toEqual([4, 9, undefined, 4]);
    expect(await squareOf(5)).toBe(25);
    expect(asked).toEqual([[2, 3, -1, 2], [5]]);
  });

  it('are refused together, and the next look starts afresh', async () => {
    let down = true;
    const look = gathered<string, string>((keys) =>
      down ? Promise.reject(new Error('down')) : Promise.resolve([...keys]),
    );
    const refused = await Promise.allSettled([look('a'), look('b')]);
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    down = false;
    expect(await look('a')).toBe('a');
  });

  it('find each its own among answers in any order, and ask for a name once', async () => {
    const asked: (readonly string[])[] = [];
    const look = gatheredByName<string, { readonly name: string; readonly at: number }>(
      (name) => name,
      (names) => {
        asked.push(names);
        const found = names.filter((name) => name !== 'nobody').map((name, at) => ({ name, at }));
        return Promise.resolve(found.reverse());
      },
      ({ name }) => name,
    );
    expect(await Promise.all([look('a'), look('nobody'), look('b'), look('a')])).toEqual([
      { name: 'a', at: 0 },
      undefined,
      { name: 'b', at: 1 },
      { name: 'a', at: 0 },
    ]);
    expect(asked).toEqual([['a', 'nobody', 'b']]);
  });
});
