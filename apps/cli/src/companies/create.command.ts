import { InvalidArgumentError, type Command } from 'commander';
import { holdKeysInUse, keysFitCompanies, openCompany } from '#platform/companies';
import { standardProvider } from '#vouchers';
import { CliFailure } from '../failure/cli-failure.js';
import { JSON_FLAG, name, type JsonOption } from '../options.js';
import { print } from '../output/print.js';
import { printable } from '../output/table.js';
import { findEncryptionKeys } from '../session/cli-config.js';
import { withDatabase } from '../session/database-session.js';

interface CreateOptions extends JsonOption {
  readonly currency: string;
}

export function addCreateCompanyCommand(parent: Command): void {
  parent
    .command('create')
    .description('Open a company, with a voucher provider "generated" as its default.')
    .argument('<name>', '1 to 255 characters', name)
    .option('--currency <code>', 'its base currency, ISO 4217', currency, 'USD')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
Examples:
  $ npm run holdfast -- companies create "Corner Shop"
  $ npm run holdfast -- companies create Bäckerei --currency EUR --json`,
    )
    .action(create);
}

async function create(name: string, { currency, ...output }: CreateOptions): Promise<void> {
  const company = await withDatabase(async ({ pool, prisma, config }) => {
    const keys = await findEncryptionKeys(config);
    if (!(await keysFitCompanies(prisma, keys))) {
      throw new CliFailure(
        'The encryption keys are not those of this database: set ENCRYPTION_KEY, or DATA_DIR, to what the API and the worker run with.',
      );
    }
    await holdKeysInUse(pool, keys);
    return openCompany(prisma, keys, { name, baseCurrency: currency, provider: standardProvider });
  });
  print(
    output,
    company,
    ({ id, name, baseCurrency }) =>
      `Company ${id}, ${printable(name)}, is open (${baseCurrency}).\n` +
      `Give it a key: npm run holdfast -- keys create --company ${id} --name <name> --scope <scope>\n`,
  );
}

function currency(text: string): string {
  if (/^[A-Z]{3}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be an ISO 4217 code such as USD.');
}
