import type { Command } from 'commander';
import type { SealedCode } from '#domain';
import type { RedemptionKey } from '#ledger';
import { VoucherCodes } from '#platform';
import { companyOption, id, JSON_FLAG, type JsonOption } from '../options.js';
import { print } from '../output/print.js';
import { findEncryptionKeys } from '../session/cli-config.js';
import { withDatabase, type DatabaseSession } from '../session/database-session.js';
import { findRedemption } from './find-redemption.js';
import { readStory } from './read-story.js';
import { storyText } from './story-text.js';

interface ShowOptions extends JsonOption {
  readonly company?: number;
  readonly revealCode?: true;
}

export function addShowCommand(parent: Command): void {
  parent
    .command('show')
    .description('Tell the story of one redemption, event by event.')
    .argument('<redemptionId>', 'its id', id)
    .addOption(companyOption('the company it belongs to; found by itself when left out'))
    .option('--reveal-code', 'print voucher codes in full; whoever reads one can spend it')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
Examples:
  $ npm run holdfast -- redemptions show 0198c0de-0000-7000-8000-000000000000
  $ npm run holdfast -- redemptions show 0198c0de-0000-7000-8000-000000000000 --company 7 --reveal-code`,
    )
    .action(show);
}

async function show(redemptionId: string, { company, revealCode, ...output }: ShowOptions): Promise<void> {
  const story = await withDatabase(async (session) => {
    const key = await findRedemption(session, redemptionId, company);
    return readStory(session, key, revealCode === true ? await codeOpener(session, key) : undefined);
  });
  print(output, story, storyText);
}

async function codeOpener({ config }: DatabaseSession, key: RedemptionKey): Promise<(sealed: SealedCode) => string> {
  const codes = new VoucherCodes(await findEncryptionKeys(config));
  return (sealed) => codes.openCode({ ...key, sealed });
}
