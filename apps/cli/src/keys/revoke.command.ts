import type { Command } from 'commander';
import { revokeApiKey } from '#platform/companies';
import { CliFailure } from '../failure/cli-failure.js';
import { companyOption, id, JSON_FLAG, type JsonOption } from '../options.js';
import { print } from '../output/print.js';
import { withDatabase } from '../session/database-session.js';

interface RevokeOptions extends JsonOption {
  readonly company: number;
}

export function addRevokeKeyCommand(parent: Command): void {
  parent
    .command('revoke')
    .description('End an API key for good: within a second no process accepts it.')
    .argument('<keyId>', 'its id, as "keys list" shows it', id)
    .addOption(companyOption('whose key it is').makeOptionMandatory())
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
Example:
  $ npm run holdfast -- keys revoke 0198c0de-0000-7000-8000-000000000000 --company 7`,
    )
    .action(revoke);
}

async function revoke(keyId: string, { company, ...output }: RevokeOptions): Promise<void> {
  const revoked = await withDatabase(({ prisma }) => revokeApiKey(prisma, company, keyId));
  if (revoked === undefined) {
    throw new CliFailure(
      `Company ${company} has no key ${keyId}: see "npm run holdfast -- keys list --company ${company}".`,
    );
  }
  print(output, { id: keyId, prefix: revoked.prefix }, ({ prefix }) => `The key ${prefix}… is revoked.\n`);
}
