import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { BenchFailure } from '../bench-failure.js';
import { projectFolder } from '../places.js';
import type { BenchResult } from '../report/result.js';
import { benchmarksFolder, readSavedResults, type SavedResults } from '../report/saved-results.js';
import type { OverloadResult } from '../studies/overload.js';
import { auditTables } from './audit-tables.js';
import { chartOf } from './chart.js';
import { madeBy } from './made-by.js';
import { profileTables } from './profile-tables.js';
import { rowsOf, type Row } from './rows.js';
import { tableOf } from './table-of.js';

const PAGE = path.join(projectFolder, 'docs', 'benchmarks.md');

/** Writes the tables of docs/benchmarks.md, each between its markers, and the chart beside it. What stands outside the markers is a person's. */
export async function writePage(): Promise<void> {
  const results = await readSavedResults();
  const rows = rowsOf(results);
  await writeFile(path.join(benchmarksFolder, 'rows.svg'), chartOf(rows));
  let page = await readFile(PAGE, 'utf8');
  const parts = {
    rows: rowTable(rows),
    costs: costTable(results),
    profile: profileTables(results),
    overload: overloadTable(results),
    audit: auditTables(results),
  };
  for (const [name, table] of Object.entries(parts)) page = between(page, name, table);
  await writeFile(PAGE, page);
}

/** @throws BenchFailure when the page has lost its markers. */
export function between(page: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name}: written by npm run bench:page -->`, `<!-- ${name}: end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new BenchFailure(`docs/benchmarks.md has no markers for its part "${name}".`);
  return `${page.slice(0, from)}${begin}\n\n${table}\n\n${page.slice(to)}`;
}

function rowTable(rows: readonly Row[]): string {
  return tableOf(
    ['2 cores, load generator included', 'Found', 'Must', 'Aim', 'From', 'Command, commit, day'],
    rows.map((row) => [
      row.what,
      row.found === undefined ? 'not measured' : `${isHeld(row) ? '' : '**short** '}${row.found}${row.unit}`,
      `${row.must}${row.unit}`,
      `${row.aim}${row.unit}`,
      row.detail,
      row.saved === undefined ? '' : `\`${row.saved.command}\`, ${madeBy(row.saved.result)}`,
    ]),
  );
}

function isHeld({ found = 0, must, isMore }: Row): boolean {
  return isMore ? found >= must : found <= must;
}

/** What one redemption takes in each scenario. */
function costTable(results: SavedResults): string {
  const benches = Object.entries(results).filter(([, { result }]) => 'costPerRedemption' in result);
  return tableOf(
    [
      'Scenario, queue',
      'Settled/s (rounds’ ratios)',
      'Floor/s',
      'p50, p95, p99, p99.9 ms',
      'Refused or broken',
      'CPU ms: API, worker, load, PostgreSQL',
      'WAL bytes',
      'API: transactions, statements, round trips, group',
      'Worker: the same',
      'Jobs',
    ],
    benches.map(([key, { result }]) => {
      const bench = result as BenchResult;
      const { latencyMs: l, costPerRedemption: cost, counts } = bench;
      const of = (service: 'api' | 'worker') => {
        const c = counts?.[service];
        return c === undefined ? '' : `${c.transactions}, ${c.statements}, ${c.roundTrips}, ${c.groupSize}`;
      };
      return [
        key,
        `${bench.settledPerSecond} (${bench.ratioSpread.join('–')})`,
        `${bench.floorPerSecond}`,
        `${l.p50}, ${l.p95}, ${l.p99}, ${l.p999}`,
        `${bench.non2xx + bench.errorsTotal}`,
        ['api', 'worker', 'load', 'postgres'].map((name) => cost.cpuMs[name] ?? '?').join(', '),
        `${cost.walBytes}`,
        of('api'),
        of('worker'),
        `${counts?.jobs ?? ''}`,
      ];
    }),
  );
}

function overloadTable(results: SavedResults): string {
  const saved = results['overload, redis'] ?? results['overload, postgres'];
  if (saved === undefined) return 'Not measured yet.';
  const result = saved.result as OverloadResult;
  const table = tableOf(
    ['What', 'Found', 'Bound', ''],
    result.checks.map(({ what, found, bound, unit, held }) => [
      what,
      `${found}${unit}`,
      `${bound}${unit}`,
      held ? 'held' : '**short**',
    ]),
  );
  const { found, wavePerSecond, seconds, statuses, audit } = result;
  const answers = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`);
  return `\`${saved.command}\`, ${madeBy(result)}: ${wavePerSecond} arrivals/s for ${seconds} s, three times the ${found.highest}/s that are held with p99 ${found.p99Ms} ms. Answers: ${answers.join(', ')}; the audit of ${audit.answers} of them has ${audit.findingsTotal} findings.\n\n${table}`;
}
