import { expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import type { AuditBenchResult } from './audit-bench.js';

const MAIN = pathToFileURL(path.resolve('dist/test/bench/audit-main.js')).href;

function run(...args: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const script = `import(${JSON.stringify(MAIN)}).then(({ main }) => main(${JSON.stringify(args)}))`;
  return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
}

it('The audit’s benchmark makes a ledger that has no finding, lets it grow, and measures all of it', () => {
  const { status, stdout, stderr } = run('--events', '2000,3000', '--threads', '2', '--json');
  expect([status, stderr]).toEqual([0, expect.stringContaining('Measuring audit verify')]);
  const result = JSON.parse(stdout) as AuditBenchResult;
  expect(result.sizes.map(({ events }) => Math.floor(events / 1_000))).toEqual([2, 3]);
  for (const { events, verify, rebuild, balanceAt } of result.sizes) {
    expect(verify).toMatchObject({ events, findingsTotal: 0 });
    expect(verify.eventsPerSecond).toBeGreaterThan(0);
    expect(rebuild.events).toBe(events);
    expect(balanceAt.asked).toBeGreaterThan(10);
  }
});

it('It refuses what it can’t understand', () => {
  expect(run('--events', 'many')).toMatchObject({
    status: 1,
    stderr: 'bench: --events is a whole number from 1 to 100000000.\n',
  });
  expect(run('--events', '3000,2000')).toMatchObject({
    status: 1,
    stderr: 'bench: --events takes several sizes in growing order.\n',
  });
});
