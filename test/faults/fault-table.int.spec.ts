import { describe, expect, it } from '@jest/globals';
import { printTable } from './table/print-table.js';
import { runTable, type TableResult } from './table/run-table.js';
import { casesLike, nameOf, shortTable, wholeTable } from './table/table-case.js';
import { MOMENTS, ROWS } from './table/table-rows.js';

/** `whole`: every case; `only`: those that HOLDFAST_FAULTS_ONLY names; unset: every mode and moment once. */
const extent = process.env['HOLDFAST_FAULTS'];
const isWhole = extent === 'whole';
const only = process.env['HOLDFAST_FAULTS_ONLY'];
const LIMIT_MS = isWhole ? 3_600_000 : 600_000;
/** Cases at once. Beside other tests fewer of them, so that each has the processor it needs to come to its end. */
const WIDTH = isWhole ? 70 : 26;

describe('Whatever a provider does, whenever, however the job comes, and wherever the worker dies', () => {
  it(
    `the ledger and the provider’s own log agree (${isWhole ? 'every case' : (only ?? 'every mode and moment once')})`,
    async () => {
      const cases = isWhole ? wholeTable() : only === undefined ? shortTable() : casesLike(only);
      const result = await runTable(cases, { width: WIDTH });
      const table = printTable(result);
      const wrong = result.cases.filter(({ findings, ended }) => findings.length > 0 || !ended);
      if (extent !== undefined || only !== undefined || wrong.length > 0) console.log(table);
      expect(result.others).toEqual([]);
      expect(
        wrong.map((each) => `${nameOf(each.one)}: ${each.ended ? each.findings.join('; ') : 'it did not end'}`),
      ).toEqual([]);
      expect(result.cases).toHaveLength(cases.length);
      if (only === undefined) expectFaultsHappened(result);
    },
    LIMIT_MS,
  );
});

/** A table whose faults never happen would be green whatever the engine does. */
function expectFaultsHappened({ cases }: TableResult): void {
  for (const { name } of ROWS) {
    const struck = cases.filter(({ one, struck: isStruck }) => one.row.name === name && isStruck);
    expect({ name, struck: struck.length > 0 }).toEqual({ name, struck: true });
    expect(new Set(cases.filter(({ one }) => one.row.name === name).map(({ one }) => one.moment))).toEqual(
      new Set(MOMENTS),
    );
  }
  expect(cases.filter(({ crashed }) => crashed).length).toBeGreaterThan(cases.length / 5);
}
