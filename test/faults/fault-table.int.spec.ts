import { describe, expect, it } from '@jest/globals';
import { printTable } from './table/print-table.js';
import { runTable } from './table/run-table.js';
import { shortTable, wholeTable } from './table/table-case.js';
import { MOMENTS, ROWS } from './table/table-rows.js';

const isWhole = process.env['HOLDFAST_FAULTS'] === 'whole';
const LIMIT_MS = isWhole ? 3_600_000 : 170_000;

describe('Whatever a provider does, whenever, however the job comes, and wherever the worker dies', () => {
  it(
    `the ledger and the provider’s own log agree (${isWhole ? 'every case' : 'every mode and moment once'})`,
    async () => {
      const cases = isWhole ? wholeTable() : shortTable();
      const result = await runTable(cases, { width: isWhole ? 120 : 70 });
      const table = printTable(result);
      if (isWhole || process.env['HOLDFAST_FAULTS'] === 'show') console.log(table);
      const wrong = result.cases.filter(({ findings, ended }) => findings.length > 0 || !ended);
      expect({ wrong: wrong.length, others: result.others, table: wrong.length > 0 ? table : '' }).toEqual({
        wrong: 0,
        others: [],
        table: '',
      });
      // A table whose faults never happen would be green whatever the engine does.
      expect(result.cases).toHaveLength(cases.length);
      expect(result.cases.filter(({ struck }) => struck).length).toBeGreaterThan(cases.length * 0.8);
      expect(result.cases.filter(({ crashed }) => crashed).length).toBeGreaterThan(cases.length * 0.25);
      for (const moment of MOMENTS) {
        for (const { name } of ROWS) {
          expect(result.cases.some(({ one }) => one.moment === moment && one.row.name === name)).toBe(true);
        }
      }
    },
    LIMIT_MS,
  );
});
