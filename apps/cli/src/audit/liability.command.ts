import { Option, type Command } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { formatInstant, monthEnds, type Instant, type Liability } from '#domain';
import { EVERY_WALLET, ledgerExtent } from '#ledger';
import { companiesMeant } from '../companies/require-company.js';
import { CliFailure } from '../failure/cli-failure.js';
import { companyOption, JSON_FLAG, moment, type JsonOption } from '../options.js';
import { print } from '../output/print.js';
import { table, type Column } from '../output/table.js';
import { withDatabase } from '../session/database-session.js';
import { foldLiability } from './fold-liability.js';

interface LiabilityOptions extends JsonOption {
  readonly at: Instant;
  readonly by?: 'month';
  readonly company?: number;
  readonly csv?: true;
}

/** What a company owed at a moment. Points are decimal strings. */
interface LiabilityRow {
  readonly at: string;
  readonly companyId: number;
  readonly wallets: number;
  /** Points that customers have, on hold or not. */
  readonly outstanding: string;
  readonly available: string;
  readonly reserved: string;
  /** Since the beginning, less what was given back. */
  readonly burned: string;
}

interface LiabilityReport {
  readonly events: number;
  readonly streams: number;
  readonly liability: readonly LiabilityRow[];
}

export function addLiabilityCommand(parent: Command): void {
  parent
    .command('liability')
    .description('Say what each company owed its customers at a time: points outstanding, reserved and burned.')
    .addOption(
      new Option('--at <time>', 'RFC 3339, such as 2026-03-31T23:59:59Z').argParser(moment).makeOptionMandatory(),
    )
    .addOption(new Option('--by <period>', 'and at the end of every month before, in UTC').choices(['month']))
    .addOption(companyOption('only this company; all of them when left out'))
    .option('--csv', 'print comma-separated values (RFC 4180)')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
It replays the ledger from its first event. "outstanding" is available and reserved together.

Examples:
  $ npm run holdfast -- audit liability --at 2026-03-31T23:59:59Z
  $ npm run -s holdfast -- audit liability --at 2026-12-31T23:59:59Z --by month --company 7 --csv > 2026.csv`,
    )
    .action(liability);
}

async function liability({ at, by, company, csv, ...output }: LiabilityOptions): Promise<void> {
  if (csv === true && output.json === true) throw new CliFailure('Give --csv or --json, not both.');
  const report = await withDatabase(async (session): Promise<LiabilityReport> => {
    const companies = await companiesMeant(session.pool, company);
    const { first } = await ledgerExtent(session.pool, companies);
    const moments = by === undefined || first === undefined || first > at ? [at] : monthEnds(first, at);
    const folded = await foldLiability(session, { companies, wallets: EVERY_WALLET }, moments);
    const rows = folded.companies.flatMap(([companyId, sums]) =>
      sums.map((sum, i) => rowOf(companyId, moments[i] as Instant, sum)),
    );
    return { events: folded.events, streams: folded.streams, liability: rows };
  });
  if (csv === true) process.stdout.write(stringify([...report.liability], { header: true, columns: CSV_COLUMNS }));
  else print(output, report, reportText);
}

function rowOf(companyId: number, at: Instant, { wallets, available, reserved, burned }: Liability): LiabilityRow {
  return {
    at: formatInstant(at),
    companyId,
    wallets,
    outstanding: String(available + reserved),
    available: String(available),
    reserved: String(reserved),
    burned: String(burned),
  };
}

const CSV_COLUMNS = ['at', 'companyId', 'wallets', 'outstanding', 'available', 'reserved', 'burned'];

const columns: readonly Column<LiabilityRow>[] = [
  { heading: 'AT', value: ({ at }) => at },
  { heading: 'COMPANY', value: ({ companyId }) => String(companyId), alignRight: true },
  { heading: 'WALLETS', value: ({ wallets }) => String(wallets), alignRight: true },
  { heading: 'OUTSTANDING', value: ({ outstanding }) => outstanding, alignRight: true },
  { heading: 'AVAILABLE', value: ({ available }) => available, alignRight: true },
  { heading: 'RESERVED', value: ({ reserved }) => reserved, alignRight: true },
  { heading: 'BURNED', value: ({ burned }) => burned, alignRight: true },
];

function reportText({ events, streams, liability }: LiabilityReport): string {
  const read = `${events} events in ${streams} streams replayed.\n`;
  return liability.length === 0 ? `No wallet was open.\n${read}` : `${table(columns, liability)}\n${read}`;
}
