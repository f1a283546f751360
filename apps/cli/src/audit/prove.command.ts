import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { proveRedemption, RedemptionReader, type RedemptionProof } from '#ledger';
import { sha256 } from '#platform';
import { CliFailure } from '../failure/cli-failure.js';
import { companyOption, id, JSON_FLAG, type JsonOption } from '../options.js';
import { facts, print } from '../output/print.js';
import { findRedemption, noRedemption } from '../redemptions/find-redemption.js';
import { withAudit } from '../session/audit-session.js';

interface ProveOptions extends JsonOption {
  readonly company?: number;
  readonly out?: string;
}

export function addProveCommand(parent: Command): void {
  parent
    .command('prove')
    .description('Prove to anybody who has the public key that a redemption stands in the sealed ledger.')
    .argument('<redemptionId>', 'the redemption', id)
    .addOption(companyOption('whose redemption it is; found by its id when left out'))
    .option('--out <file>', 'write the proof to this file')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
scripts/verify-proof.mjs verifies a proof with nothing but Node.js. The proof holds the bytes of the wallet's events from the
redemption's first on; a voucher's code is sealed in them.

Examples:
  $ npm run holdfast -- audit prove 0198c0de-0000-7000-8000-000000000000 --out proof.json
  $ node scripts/verify-proof.mjs proof.json <public key>`,
    )
    .action(prove);
}

async function prove(redemptionId: string, { company, out, ...output }: ProveOptions): Promise<void> {
  const proof = await withAudit(async (session) => {
    const key = await findRedemption(session, redemptionId, company);
    const [found] = await new RedemptionReader(session.pool, session.prepare).load([key]);
    if (found === undefined) throw noRedemption(redemptionId, company);
    const { firstVersion, lastVersion } = found.redemption;
    const place = { ...key, walletId: found.walletId, firstVersion, lastVersion };
    return proveRedemption(session.longPool, sha256, place);
  });
  if (proof === undefined) {
    throw new CliFailure('No checkpoint covers this redemption yet: make one with "audit checkpoint".');
  }
  if (out === undefined) return print({ json: true }, proof, () => '');
  await writeFile(out, `${JSON.stringify(proof, undefined, 2)}\n`);
  print(output, proof, (made) => textOf(made, out));
}

function textOf({ redemptionId, events, path, checkpoint }: RedemptionProof, out: string): string {
  return facts([
    ['redemption', redemptionId],
    ['events', String(events.length)],
    ['path', `${path.length} hashes`],
    ['public key', checkpoint.publicKey],
    ['written to', out],
  ]);
}
