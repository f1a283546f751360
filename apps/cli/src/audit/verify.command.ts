import { Option, type Command } from 'commander';
import type { Finding } from '#domain';
import type { PublicKey } from '#platform';
import { AuditHasFindings } from '../failure/audit-has-findings.js';
import { checkpointId, companyOption, JSON_FLAG, publicKey, threads, type JsonOption } from '../options.js';
import { print } from '../output/print.js';
import { openProgress } from '../output/progress.js';
import { table, type Column } from '../output/table.js';
import { withDatabase } from '../session/database-session.js';
import { verifyLedger, type VerifiedLedger } from './verify-ledger.js';

interface VerifyOptions extends JsonOption {
  readonly company?: number;
  readonly since?: bigint | 'last';
  readonly publicKey: readonly PublicKey[];
  readonly threads?: number;
}

/** What `--json` prints. */
interface Verified extends VerifiedLedger {
  readonly seconds: number;
  readonly eventsPerSecond: number;
}

export function addVerifyCommand(parent: Command): void {
  parent
    .command('verify')
    .description(
      'Replay every stream and check it against its hashes, its columns, the projections and the checkpoints.',
    )
    .addOption(companyOption('only this company; all of them when left out'))
    .addOption(
      new Option('--since <checkpoint>', 'only streams written to after this checkpoint, which is believed').argParser(
        checkpointId,
      ),
    )
    .addOption(
      new Option('--public-key <key>', 'a key that checkpoints may be signed with, besides CHECKPOINT_KEY; repeatable')
        .argParser((text, known: readonly PublicKey[]) => [...known, publicKey(text)])
        .default([], 'none'),
    )
    .addOption(
      new Option('--threads <count>', 'threads that read at once, 1 to 16; as the machine has when left out').argParser(
        threads,
      ),
    )
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
It reads one moment of the ledger while requests go on. Where neither CHECKPOINT_KEY nor --public-key is known, whichever key
stands beside a checkpoint is believed. Exit codes: 0 nothing found, 2 findings, 1 could not run.

Examples:
  $ npm run holdfast -- audit verify
  $ npm run holdfast -- audit verify --since 12
  $ npm run holdfast -- audit verify --public-key <key> --public-key <the one before it>
  $ npm run -s holdfast -- audit verify --company 7 --json`,
    )
    .action(verify);
}

async function verify({ company, since, publicKey: publicKeys, threads, ...output }: VerifyOptions): Promise<void> {
  const verified = await withDatabase(async (session) => {
    const progress = openProgress('events');
    const startedAt = process.hrtime.bigint();
    try {
      return await verifyLedger(session, {
        companyId: company,
        publicKeys,
        since,
        threads,
        onProgress: ({ events, eventsExpected }) => progress.tell(events, eventsExpected),
      }).then((report) => {
        const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
        return { ...report, seconds, eventsPerSecond: Math.round(report.events / seconds) };
      });
    } finally {
      progress.stop();
    }
  });
  print(output, verified, verifiedText);
  if (verified.findingsTotal > 0) throw new AuditHasFindings();
}

const columns: readonly Column<Finding>[] = [
  { heading: 'CHECK', value: ({ check }) => check },
  { heading: 'COMPANY', value: ({ companyId }) => String(companyId), alignRight: true },
  { heading: 'WALLET', value: ({ walletId }) => walletId },
  { heading: 'VERSION', value: ({ version }) => version ?? '', alignRight: true },
  { heading: 'EXPECTED', value: ({ expected }) => shortened(expected) },
  { heading: 'FOUND', value: ({ found }) => shortened(found) },
];

const SHOWN_MAX = 80;

/** The whole of it is in the JSON. */
function shortened(text: string): string {
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}

function verifiedText({ events, streams, checkpoints, findings, findingsTotal, seconds }: Verified): string {
  const read = `${events} events in ${streams} streams, ${checkpoints} checkpoints, ${seconds.toFixed(1)} s`;
  if (findingsTotal === 0) return `${read}: no finding.\n`;
  const more = findingsTotal > findings.length ? `\nThe first ${findings.length} of ${findingsTotal} findings.\n` : '';
  return `${table(columns, findings)}${more}\n${read}: ${findingsTotal} findings.\n`;
}
