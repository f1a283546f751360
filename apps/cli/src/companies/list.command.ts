import type { Command } from 'commander';
import { companyId, JSON_FLAG, limit, type JsonOption } from '../options.js';
import { print } from '../output/print.js';
import { table, type Column } from '../output/table.js';
import { withDatabase } from '../session/database-session.js';

interface ListOptions extends JsonOption {
  readonly limit: number;
  readonly after?: number;
}

interface ListedCompany {
  readonly id: number;
  readonly guid: string;
  readonly name: string;
  readonly baseCurrency: string;
  readonly createdAt: string;
}

interface CompaniesPage {
  readonly companies: readonly ListedCompany[];
  /** For `--after`; null on the last page. */
  readonly next: number | null;
}

export function addListCompaniesCommand(parent: Command): void {
  parent
    .command('list')
    .description('List the companies, in the order they were opened.')
    .option('--limit <count>', 'rows on a page, 1 to 1000', limit, 100)
    .option('--after <id>', 'only companies after this one', companyId)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
Examples:
  $ npm run holdfast -- companies list
  $ npm run holdfast -- companies list --after 100`,
    )
    .action(list);
}

async function list({ limit, after = 0, ...output }: ListOptions): Promise<void> {
  const rows = await withDatabase(({ prisma }) =>
    prisma.company.findMany({
      where: { id: { gt: after } },
      orderBy: { id: 'asc' },
      take: limit + 1,
      select: { id: true, guid: true, name: true, baseCurrency: true, createdAt: true },
    }),
  );
  const companies = rows
    .slice(0, limit)
    .map(({ createdAt, ...company }) => ({ ...company, createdAt: createdAt.toISOString() }));
  const next = rows.length > limit ? (companies.at(-1)?.id ?? null) : null;
  print(output, { companies, next }, pageText);
}

const columns: readonly Column<ListedCompany>[] = [
  { heading: 'ID', value: ({ id }) => String(id), alignRight: true },
  { heading: 'NAME', value: ({ name }) => name },
  { heading: 'CURRENCY', value: ({ baseCurrency }) => baseCurrency },
  { heading: 'OPENED', value: ({ createdAt }) => createdAt },
  { heading: 'GUID', value: ({ guid }) => guid },
];

function pageText({ companies, next }: CompaniesPage): string {
  if (companies.length === 0) return 'There are no companies here.\n';
  const more = next === null ? '' : `\nThere are more: repeat the command with --after ${next}\n`;
  return `${table(columns, companies)}${more}`;
}
