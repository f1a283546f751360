import type { AuditBenchResult } from '../audit/audit-bench.js';
import type { SavedResults } from '../report/saved-results.js';
import type { RebuildResult } from '../studies/rebuild.js';
import { madeBy } from './made-by.js';
import { tableOf } from './table-of.js';

const VERIFY_MIN = 150_000;
const REBUILD_MIN = 100_000;
const MEMORY_MAX_MB = 512;
const BALANCE_MAX_MS = 10;

/** What an auditor waits for, by the size of the ledger, and what redemptions lose to a rebuild. */
export function auditTables(results: SavedResults): string {
  return [sizesTable(results), rebuildTable(results)].join('\n\n');
}

function sizesTable(results: SavedResults): string {
  const saved = results['audit'];
  if (saved === undefined) return 'Not measured yet.';
  const audit = saved.result as AuditBenchResult;
  const table = tableOf(
    [
      'Events',
      'Wallets',
      `\`audit verify\`, events/s (must: ${VERIFY_MIN})`,
      'CPU µs an event, the server’s',
      `MB at most (must: ${MEMORY_MAX_MB})`,
      `\`projections rebuild\`, events/s (must: ${REBUILD_MIN})`,
      'CPU µs an event, the server’s',
      'MB at most',
      `Balance at a date, ms, at most (must: ${BALANCE_MAX_MS})`,
      'Findings',
    ],
    audit.sizes.map(({ events, wallets, verify, rebuild, balanceAt }) => [
      `${events}`,
      `${wallets}`,
      judged(verify.eventsPerSecond, verify.eventsPerSecond >= VERIFY_MIN),
      `${verify.cpuMicrosAnEvent ?? '?'}, ${verify.serverCpuMicrosAnEvent ?? '?'}`,
      judged(verify.memoryMb ?? '?', (verify.memoryMb ?? 0) < MEMORY_MAX_MB),
      judged(rebuild.eventsPerSecond, rebuild.eventsPerSecond >= REBUILD_MIN),
      `${rebuild.cpuMicrosAnEvent ?? '?'}, ${rebuild.serverCpuMicrosAnEvent ?? '?'}`,
      `${rebuild.memoryMb ?? '?'}`,
      judged(`${balanceAt.medianMs}, ${balanceAt.longestMs}`, balanceAt.longestMs < BALANCE_MAX_MS),
      `${verify.findingsTotal}`,
    ]),
  );
  return `\`${saved.command}\`, ${madeBy(audit)}:\n\n${table}`;
}

function rebuildTable(results: SavedResults): string {
  const saved = results['rebuild, redis'] ?? results['rebuild, postgres'];
  if (saved === undefined) return 'Redemptions during a rebuild: not measured yet.';
  const rebuild = saved.result as RebuildResult;
  const { settledPerSecond, floorPerSecond, ratio, checks } = rebuild;
  const found = judged(
    ratio,
    checks.every(({ held }) => held),
  );
  return `Redemptions while projections are rebuilt, again and again: ${settledPerSecond}/s, without ${floorPerSecond}/s, ratio ${found} (must: ${checks[0]?.bound}); ${rebuild.events} events before. \`${saved.command}\`, ${madeBy(rebuild)}.`;
}

function judged(found: number | string, held: boolean): string {
  return held ? `${found}` : `**short** ${found}`;
}
