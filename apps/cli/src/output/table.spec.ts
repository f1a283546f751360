import { describe, expect, it } from '@jest/globals';
import { table } from './table.js';

const columns = [
  { heading: 'NAME', value: ([name]: readonly [string, number]) => name },
  { heading: 'COUNT', value: ([, count]: readonly [string, number]) => String(count), alignRight: true },
];

describe('A table', () => {
  it('has columns as wide as their widest value, numbers to the right', () => {
    expect(
      table(columns, [
        ['Bäckerei', 7],
        ['x', 1_000_000],
      ]),
    ).toBe('NAME        COUNT\nBäckerei        7\nx         1000000\n');
  });

  it('counts characters, not their halves', () => {
    expect(
      table(columns, [
        ['🥐', 1],
        ['ab', 2],
      ]),
    ).toBe('NAME  COUNT\n🥐         1\nab        2\n');
  });

  it('may be long', () => {
    const rows = Array.from({ length: 200_000 }, (_, count) => ['row', count] as const);
    expect(table(columns, rows)).toHaveLength('NAME   COUNT\n'.length * 200_001);
  });

  it('lets no value command the terminal or break the line', () => {
    expect(table(columns, [['a\u001b[2J\nb\u2028c', 1]])).toBe('NAME       COUNT\na\uFFFD[2J\uFFFDb\uFFFDc      1\n');
  });
});
