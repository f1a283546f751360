import { expect, it } from '@jest/globals';

import { sumsOf } from './metrics-text.js';

it('Series of one name are added up over their labels, and buckets are left out', () => {
  const text = [
    '# HELP holdfast_jobs_total Jobs.',
    '# TYPE holdfast_jobs_total counter',
    'holdfast_jobs_total{queue="a"} 3',
    'holdfast_jobs_total{queue="b"} 4',
    'holdfast_group_bucket{le="1"} 9',
    'holdfast_group_sum 12.5',
    '',
  ].join('\n');
  expect([...sumsOf(text)]).toEqual([
    ['holdfast_jobs_total', 7],
    ['holdfast_group_sum', 12.5],
  ]);
});
