import type { JudgedCase, TableResult } from './run-table.js';
import { nameOf } from './table-case.js';
import { MOMENTS, ROWS } from './table-rows.js';

/** The table as text: rows × moments, each cell `ok/cases`, and beside them how often the mode struck and the worker died. */
export function printTable({ cases, others }: TableResult): string {
  const head = ['mode', ...MOMENTS, 'cases', 'struck', 'crashed', 'ok'];
  const lines = ROWS.map(({ name }) => {
    const own = cases.filter(({ one }) => one.row.name === name);
    const cells = MOMENTS.map((moment) => {
      const cell = own.filter(({ one }) => one.moment === moment);
      return `${okOf(cell)}/${cell.length}`;
    });
    return [name, ...cells, ...totals(own)];
  });
  const all = ['all', ...MOMENTS.map((m) => cellOf(cases.filter(({ one }) => one.moment === m))), ...totals(cases)];
  const rows = [head, ...lines, all];
  const widths = head.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const text = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
  );
  const findings = [...cases.flatMap(describeFindings), ...others];
  return [...text, '', `findings: ${findings.length}`, ...findings.slice(0, 40).map((f) => `  ${f}`)].join('\n');
}

function totals(cases: readonly JudgedCase[]): readonly string[] {
  const count = (of: (one: JudgedCase) => boolean) => `${cases.filter(of).length}`;
  return [`${cases.length}`, count((c) => c.struck), count((c) => c.crashed), `${okOf(cases)}`];
}

function cellOf(cases: readonly JudgedCase[]): string {
  return `${okOf(cases)}/${cases.length}`;
}

function okOf(cases: readonly JudgedCase[]): number {
  return cases.filter(({ findings }) => findings.length === 0).length;
}

function describeFindings({ one, findings }: JudgedCase): readonly string[] {
  return findings.map((finding) => `${nameOf(one)}: ${finding}`);
}
