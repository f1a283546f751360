import { describe, expect, it } from '@jest/globals';
import { WantedRows } from './wanted-rows.js';

/** Strikes off what is found. @returns what was, for each of the ids. */
function found(
  wanted: readonly string[],
  ids: readonly string[],
): { readonly rows: unknown[]; readonly left: string[] } {
  const rows = new WantedRows(wanted, (id) => id);
  const places = ids.map((id) => {
    const place = rows.find(
      (one) => one === id,
      () => id,
    );
    if (place === undefined) return undefined;
    rows.strikeOff(place);
    return rows.at(place);
  });
  return { rows: places, left: [...rows.left] };
}

describe('Wanted rows', () => {
  it('are found in whatever order they lie', () => {
    for (const ids of ['a b c d', 'd c b a', 'c d a b', 'b a d c'].map((order) => order.split(' '))) {
      expect(found(['a', 'b', 'c', 'd'], ids)).toEqual({ rows: ids, left: [] });
    }
  });

  it('are found once', () => {
    expect(found(['a', 'b'], ['a', 'a'])).toEqual({ rows: ['a', undefined], left: ['b'] });
    expect(found(['a', 'b'], ['b', 'a', 'b'])).toEqual({ rows: ['b', 'a', undefined], left: [] });
  });

  it('leave what is missing, and know nothing of what is not wanted', () => {
    expect(found(['a', 'b', 'c'], ['x', 'c'])).toEqual({ rows: [undefined, 'c'], left: ['a', 'b'] });
    expect(found([], ['x'])).toEqual({ rows: [undefined], left: [] });
  });

  it('are still wanted when they were found and not struck off', () => {
    const rows = new WantedRows(['a'], (id) => id);
    const find = () =>
      rows.find(
        (one) => one === 'a',
        () => 'a',
      );
    expect([find(), find(), rows.left]).toEqual([0, 0, ['a']]);
  });
});
