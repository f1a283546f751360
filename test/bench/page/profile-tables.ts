import { layers } from '../profile/layers.js';
import type { SavedResults } from '../report/saved-results.js';
import type { ProfileResult } from '../studies/profile.js';
import { madeBy } from './made-by.js';
import { tableOf } from './table-of.js';

/** Statements that take less are told together. */
const STATEMENT_MIN_MS = 0.005;
/** Table and first columns tell a statement from the others. */
const SHOWN_CHARACTERS = 70;

/** Where the time of one redemption goes, from the newest profile of each queue. */
export function profileTables(results: SavedResults): string {
  const profiles = ['profile, redis', 'profile, postgres'].flatMap((key) => results[key] ?? []);
  if (profiles.length === 0) return 'Not measured yet.';
  return profiles
    .map(({ command, result }) => {
      const profile = result as ProfileResult;
      const source = `\`${command}\`, ${madeBy(profile)}: ${profile.redemptions} redemptions, ${profile.settledPerSecond}/s while being looked at.`;
      return `${source}\n\n${processTable(profile)}\n\n${statementTable(profile)}`;
    })
    .join('\n\n');
}

function processTable({ processMs: { api, worker } }: ProfileResult): string {
  const sum = (times: ProfileResult['processMs']['api']) => Object.values(times).reduce((a, b) => a + b, 0);
  return tableOf(
    ['Busy ms for one redemption', 'API', 'Worker'],
    [
      ...layers.map((layer) => [layer, shown(api[layer] ?? 0), shown(worker[layer] ?? 0)]),
      ['together', shown(sum(api)), shown(sum(worker))],
    ],
  );
}

function statementTable({ statementMs }: ProfileResult): string {
  const told = statementMs.filter(({ ms }) => ms >= STATEMENT_MIN_MS);
  const sum = (rows: ProfileResult['statementMs'], of: 'ms' | 'walBytes') =>
    rows.reduce((total, row) => total + row[of], 0);
  return tableOf(
    ['Statement', 'Server’s ms for one redemption', 'WAL bytes', 'Rows a call'],
    [
      ...told.map(({ text, ms, walBytes, rowsACall }) => [
        `\`${text.slice(0, SHOWN_CHARACTERS).replaceAll('`', '')}\``,
        shown(ms),
        `${walBytes}`,
        `${rowsACall}`,
      ]),
      ['all statements', shown(sum(statementMs, 'ms')), `${sum(statementMs, 'walBytes')}`, ''],
    ],
  );
}

function shown(ms: number): string {
  return ms.toFixed(3);
}
