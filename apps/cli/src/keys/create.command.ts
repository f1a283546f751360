import { Option, type Command } from 'commander';
import { API_KEY_SCOPES, type ApiKeyScope } from '#platform';
import { createApiKey } from '#platform/companies';
import { noCompany } from '../companies/no-company.js';
import { companyOption, JSON_FLAG, name, type JsonOption } from '../options.js';
import { print } from '../output/print.js';
import { withDatabase } from '../session/database-session.js';

interface CreateOptions extends JsonOption {
  readonly company: number;
  readonly name: string;
  readonly scope: readonly ApiKeyScope[];
}

export function addCreateKeyCommand(parent: Command): void {
  parent
    .command('create')
    .description('Make an API key. It is shown this once; only its hash is kept.')
    .addOption(companyOption('whose key it is').makeOptionMandatory())
    .requiredOption('--name <name>', 'what it is for, 1 to 255 characters', name)
    .addOption(new Option('--scope <scopes...>', 'what it may do').choices(API_KEY_SCOPES).makeOptionMandatory())
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
Examples:
  $ npm run holdfast -- keys create --company 7 --name checkout --scope redemptions:write wallets:read
  $ npm run -s holdfast -- keys create --company 7 --name auditor --scope audit:read --json`,
    )
    .action(create);
}

async function create({ company, name, scope, ...output }: CreateOptions): Promise<void> {
  const key = await withDatabase(({ prisma }) => createApiKey(prisma, company, { name, scopes: scope }));
  if (key === undefined) throw noCompany(company);
  print(
    output,
    key,
    ({ id, apiKey, scopes }) =>
      `${apiKey}\n\nKeep it: it is not shown again. Its id is ${id}, its scopes ${scopes.join(', ')}.\n`,
  );
}
