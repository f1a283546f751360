import { Option, type Command } from 'commander';
import { formatInstant, type Instant, type Liability } from '#domain';
import { companyOption, id, JSON_FLAG, moment, name, type JsonOption } from '../options.js';
import { print } from '../output/print.js';
import { table, type Column } from '../output/table.js';
import { withDatabase } from '../session/database-session.js';
import { foldLiability } from './fold-liability.js';
import { replayRange, type RangeOptions } from './replay-range.js';

interface ReplayOptions extends RangeOptions, JsonOption {
  readonly at: Instant;
}

/** Points are decimal strings. */
interface ReplayedBalances {
  readonly companyId: number;
  readonly wallets: number;
  readonly available: string;
  readonly reserved: string;
  readonly burned: string;
  readonly expired: string;
  readonly earned: string;
  readonly adjusted: string;
  readonly earnReversed: string;
}

interface Replayed {
  readonly at: string;
  readonly events: number;
  readonly streams: number;
  readonly balances: readonly ReplayedBalances[];
}

export function addReplayCommand(parent: Command): void {
  parent
    .command('replay')
    .description('Fold the ledger from its first event and say what the balances were at a time.')
    .addOption(
      new Option('--at <time>', 'RFC 3339, such as 2026-03-31T23:59:59Z').argParser(moment).makeOptionMandatory(),
    )
    .addOption(companyOption('the balances of this company; of all of them when left out'))
    .addOption(new Option('--wallet <id>', 'the balances of one wallet').argParser(id))
    .addOption(new Option('--customer <id>', 'the balances of one customer of --company').argParser(name))
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
Examples:
  $ npm run holdfast -- audit replay --at 2026-03-31T23:59:59Z
  $ npm run holdfast -- audit replay --at 2026-03-31T23:59:59Z --company 7 --customer 4711`,
    )
    .action(replay);
}

async function replay({ at, company, wallet, customer, ...output }: ReplayOptions): Promise<void> {
  const replayed = await withDatabase(async (session): Promise<Replayed> => {
    const wanted = {
      ...(company === undefined ? {} : { company }),
      ...(wallet === undefined ? {} : { wallet }),
      ...(customer === undefined ? {} : { customer }),
    };
    const range = await replayRange(session, wanted);
    const { companies, events, streams } = await foldLiability(session, range, [at]);
    const balances = companies.flatMap(([companyId, sums]) => sums.map((sum) => shown(companyId, sum)));
    return { at: formatInstant(at), events, streams, balances };
  });
  print(output, replayed, replayedText);
}

function shown(companyId: number, { wallets, ...points }: Liability): ReplayedBalances {
  const texts = Object.fromEntries(Object.entries(points).map(([balance, sum]) => [balance, String(sum)]));
  return { companyId, wallets, ...(texts as Omit<ReplayedBalances, 'companyId' | 'wallets'>) };
}

const columns: readonly Column<ReplayedBalances>[] = [
  { heading: 'COMPANY', value: ({ companyId }) => String(companyId), alignRight: true },
  { heading: 'WALLETS', value: ({ wallets }) => String(wallets), alignRight: true },
  { heading: 'AVAILABLE', value: ({ available }) => available, alignRight: true },
  { heading: 'RESERVED', value: ({ reserved }) => reserved, alignRight: true },
  { heading: 'BURNED', value: ({ burned }) => burned, alignRight: true },
  { heading: 'EXPIRED', value: ({ expired }) => expired, alignRight: true },
  { heading: 'EARNED', value: ({ earned }) => earned, alignRight: true },
  { heading: 'ADJUSTED', value: ({ adjusted }) => adjusted, alignRight: true },
];

function replayedText({ at, events, streams, balances }: Replayed): string {
  const read = `${events} events in ${streams} streams replayed, as of ${at}.\n`;
  return balances.length === 0 ? `No wallet was open.\n${read}` : `${table(columns, balances)}\n${read}`;
}
