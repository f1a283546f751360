import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type Verdict = 'does' | 'does differently' | 'not yet';

/** One row of docs/dialects.md: a call, as the page writes it, and what is said of it. */
export interface DialectCall {
  readonly call: string;
  readonly verdict: Verdict;
}

const page = readFileSync(fileURLToPath(new URL('../../docs/dialects.md', import.meta.url)), 'utf8');
const VERDICTS: readonly string[] = ['does', 'does differently', 'not yet'];
const CALL = /^`((?:GET|POST|PUT|PATCH|DELETE) \S+)`$/;

/** The calls that a dialect's section promises. Rows that name no call (headers, webhooks) are left out. */
export function callsOf(dialect: string): readonly DialectCall[] {
  return rowsOf(dialect).flatMap(([first = '', verdict = '']) => {
    const call = CALL.exec(first)?.[1];
    return call === undefined ? [] : [{ call, verdict: verdict as Verdict }];
  });
}

/** Rows whose second cell is none of the three words. */
export function unclearRows(dialect: string): readonly string[] {
  return rowsOf(dialect).flatMap(([first = '', verdict = '']) => (VERDICTS.includes(verdict) ? [] : [first]));
}

function rowsOf(dialect: string): readonly (readonly string[])[] {
  const [, section = ''] = page.split(`\n## ${dialect}\n`);
  const [own = ''] = section.split('\n## ');
  const rows = own.split('\n').filter((line) => line.startsWith('|') && !/^\|[\s|-]+\|$/.test(line));
  const cells = rows.map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return cells.filter(([, verdict]) => verdict !== 'Holdfast');
}
