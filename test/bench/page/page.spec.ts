import { describe, expect, it } from '@jest/globals';

import { chartOf } from './chart.js';
import { between } from './page.js';
import type { Row } from './rows.js';
import { tableOf } from './table-of.js';

const row: Row = {
  what: '`spread` to the floor',
  found: 0.5,
  must: 1.2,
  aim: 2,
  unit: '',
  isMore: true,
  detail: '',
  saved: undefined,
};

describe('The page of benchmarks', () => {
  it('keeps what a person wrote around the tables', () => {
    const page = 'Before.\n<!-- rows: written by npm run bench:page -->\nold\n<!-- rows: end -->\nAfter.\n';
    expect(between(page, 'rows', 'new')).toBe(
      'Before.\n<!-- rows: written by npm run bench:page -->\n\nnew\n\n<!-- rows: end -->\nAfter.\n',
    );
  });

  it('is not written when the place for a table is gone', () => {
    expect(() => between('No markers.', 'rows', 'new')).toThrow('no markers for its part "rows"');
  });

  it('has tables whose columns are as wide as their widest cell', () => {
    expect(tableOf(['A', 'Long head'], [['one', 'a|b']])).toBe(
      '| A   | Long head |\n| --- | --------- |\n| one | a\\|b      |',
    );
  });

  it('draws what falls short and what holds in different colours, and leaves out what was not measured', () => {
    const chart = chartOf([row, { ...row, found: 1.5 }, { ...row, what: 'never', found: undefined }]);
    expect(chart.match(/#b5553c/g)).toHaveLength(1);
    expect(chart.match(/#3a7d44/g)).toHaveLength(1);
    expect(chart).not.toContain('never');
  });

  it('draws a figure that is better when it is small the longer the smaller it is', () => {
    const widthOf = (found: number) => {
      const chart = chartOf([{ ...row, isMore: false, found, must: 80, aim: 25 }]);
      return Number(/width="(\d+)" height="16"/.exec(chart)?.[1]);
    };
    expect(widthOf(30)).toBeGreaterThan(widthOf(60));
  });
});
