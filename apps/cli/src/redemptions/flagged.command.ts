import { InvalidArgumentError, type Command } from 'commander';
import { parseInstant } from '#domain';
import { isUuid } from '#platform';
import { companyOption, JSON_FLAG, limit, type JsonOption } from '../options.js';
import { print } from '../output/print.js';
import { table, type Column } from '../output/table.js';
import { withDatabase } from '../session/database-session.js';
import { listFlagged, type FlaggedCursor, type FlaggedPage, type FlaggedRedemption } from './list-flagged.js';

interface FlaggedOptions extends JsonOption {
  readonly company?: number;
  readonly limit: number;
  readonly before?: FlaggedCursor;
}

export function addFlaggedCommand(parent: Command): void {
  parent
    .command('flagged')
    .description('List the redemptions that a person should look at, the newest flags first.')
    .addOption(companyOption('only of this company'))
    .option('--limit <count>', 'rows on a page, 1 to 1000', limit, 20)
    .option('--before <place>', 'go on where a page ended', cursor)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
Flags:
  voucher_unknown       nobody knows whether the provider issued a voucher
  cancel_unknown        nobody knows whether the provider voided it
  provider_cannot_void  the provider can't void it, so the points can't go back
  orphan_used           the voucher was used although its points had gone back
  second_voucher        the provider issued another voucher besides the first
  code_ambiguous        two live redemptions have the same code
  late_order_unpaid     an order used the code and the balance was too short

Examples:
  $ npm run holdfast -- redemptions flagged
  $ npm run holdfast -- redemptions flagged --company 7 --limit 100
  $ npm run -s holdfast -- redemptions flagged --json`,
    )
    .action(flagged);
}

async function flagged({ company, limit, before, ...output }: FlaggedOptions): Promise<void> {
  const page = await withDatabase(({ pool }) => listFlagged(pool, { companyId: company, limit, before }));
  print(output, page, pageText);
}

const columns: readonly Column<FlaggedRedemption>[] = [
  { heading: 'REDEMPTION', value: ({ id }) => id },
  { heading: 'COMPANY', value: ({ companyId }) => String(companyId), alignRight: true },
  { heading: 'WALLET', value: ({ walletId }) => walletId },
  { heading: 'STATUS', value: ({ status }) => status },
  { heading: 'VOUCHER', value: ({ voucherState }) => voucherState },
  { heading: 'FLAGS', value: ({ flags }) => flags.join(', ') },
  { heading: 'SINCE', value: ({ flaggedAt }) => flaggedAt },
];

function pageText({ redemptions, next }: FlaggedPage): string {
  if (redemptions.length === 0) return 'No redemption is flagged.\n';
  const more = next === null ? '' : `\nThere are more: repeat the command with --before ${next}\n`;
  return `${table(columns, redemptions)}${more}`;
}

function cursor(text: string): FlaggedCursor {
  const [flaggedAt = '', id = ''] = text.split('/');
  if (parseInstant(flaggedAt) !== undefined && isUuid(id)) return { flaggedAt, id };
  throw new InvalidArgumentError('Take it from the end of the page before.');
}
