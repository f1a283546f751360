import type { Command } from 'commander';
import { listApiKeys } from '#platform/companies';
import { noCompany } from '../companies/no-company.js';
import { companyOption, JSON_FLAG, type JsonOption } from '../options.js';
import { print } from '../output/print.js';
import { table, type Column } from '../output/table.js';
import { withDatabase } from '../session/database-session.js';

interface ListOptions extends JsonOption {
  readonly company: number;
}

interface ShownKey {
  readonly id: string;
  readonly prefix: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

export function addListKeysCommand(parent: Command): void {
  parent
    .command('list')
    .description('List a company’s API keys, the newest first and revoked ones among them; never the keys themselves.')
    .addOption(companyOption('whose keys').makeOptionMandatory())
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
Example:
  $ npm run holdfast -- keys list --company 7`,
    )
    .action(list);
}

async function list({ company, ...output }: ListOptions): Promise<void> {
  const found = await withDatabase(({ prisma }) => listApiKeys(prisma, company));
  if (found === undefined) throw noCompany(company);
  const keys = found.map(({ createdAt, revokedAt, ...key }) => ({
    ...key,
    createdAt: createdAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
  }));
  print(output, { keys }, ({ keys }) => (keys.length === 0 ? 'The company has no keys.\n' : table(columns, keys)));
}

const columns: readonly Column<ShownKey>[] = [
  { heading: 'ID', value: ({ id }) => id },
  { heading: 'PREFIX', value: ({ prefix }) => prefix },
  { heading: 'NAME', value: ({ name }) => name },
  { heading: 'SCOPES', value: ({ scopes }) => scopes.join(', ') },
  { heading: 'MADE', value: ({ createdAt }) => createdAt },
  { heading: 'REVOKED', value: ({ revokedAt }) => revokedAt ?? '' },
];
