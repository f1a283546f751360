import { Option, type Command } from 'commander';
import { readCheckpoint, readEpoch, readLastCheckpoint, type StoredCheckpoint } from '#ledger';
import { requireCompany } from '../companies/require-company.js';
import { CliFailure } from '../failure/cli-failure.js';
import { checkpointId, companyOption, JSON_FLAG, partEvents, type JsonOption } from '../options.js';
import { facts, print } from '../output/print.js';
import { openProgress } from '../output/progress.js';
import { withAudit } from '../session/audit-session.js';
import { exportLedger } from './export/export-ledger.js';
import type { Manifest } from './export/manifest.js';

interface ExportOptions extends JsonOption {
  readonly company?: number;
  readonly format: Manifest['lines'];
  readonly postings?: true;
  readonly out: string;
  readonly checkpoint?: bigint | 'last';
  readonly partEvents: number;
}

const EVENTS = `SELECT coalesce(sum(version), 0)::text AS events FROM wallet WHERE $1::int IS NULL OR company_id = $1`;

export function addExportCommand(parent: Command): void {
  parent
    .command('export')
    .description('Write the ledger into files: events with their hashes, or double-entry postings.')
    .requiredOption('--out <folder>', 'where to; an export that was interrupted there is gone on with')
    .addOption(new Option('--format <format>', 'what the lines are').choices(['ndjson', 'csv']).default('ndjson'))
    .option('--postings', 'each event as postings that sum to zero')
    .addOption(companyOption('only this company; all of them when left out'))
    .option('--checkpoint <id>', 'as of this checkpoint, or "last"; as of now when left out', checkpointId)
    .option('--part-events <count>', 'events in a part file', partEvents, 100_000)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
manifest.json beside the parts has their counts, their SHA-256 and the root. "audit import" reads an export of events in ndjson.

Examples:
  $ npm run holdfast -- audit export --out ledger-2026 --checkpoint last
  $ npm run holdfast -- audit export --out postings --postings --format csv --company 7`,
    )
    .action(exportTo);
}

async function exportTo(options: ExportOptions): Promise<void> {
  const { company, format, postings, out, partEvents: size, ...output } = options;
  const manifest = await withAudit(async ({ longPool: pool }) => {
    await requireCompany(pool, company);
    const checkpoint = await findCheckpoint(options, (id) =>
      id === 'last' ? readLastCheckpoint(pool) : readCheckpoint(pool, id),
    );
    const { rows } = await pool.query<{ events: string }>(EVENTS, [company]);
    const progress = openProgress('events');
    try {
      return await exportLedger({
        pool,
        folder: out,
        content: postings === true ? 'postings' : 'events',
        lines: format,
        companyId: company,
        checkpoint,
        isLast: options.checkpoint === 'last',
        now: await readEpoch(pool),
        partEvents: size,
        onProgress: (events) => progress.tell(events, Number(rows[0]?.events)),
      });
    } finally {
      progress.stop();
    }
  });
  print(output, manifest, (written) => textOf(written, out));
}

async function findCheckpoint(
  { checkpoint: id }: ExportOptions,
  find: (id: bigint | 'last') => Promise<StoredCheckpoint | undefined>,
): Promise<StoredCheckpoint | undefined> {
  if (id === undefined) return undefined;
  const found = await find(id);
  if (found !== undefined) return found;
  throw new CliFailure(
    `There is no ${id === 'last' ? 'checkpoint' : `checkpoint ${id}`} yet: make one with "audit checkpoint".`,
  );
}

function textOf({ events, streams, parts, root }: Manifest, out: string): string {
  return facts([
    ['events', String(events)],
    ['streams', String(streams)],
    ['parts', String(parts.length)],
    ['root', root],
    ['written to', out],
  ]);
}
