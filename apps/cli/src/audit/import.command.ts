import type { Command } from 'commander';
import type { PublicKey } from '#platform';
import { AuditHasFindings } from '../failure/audit-has-findings.js';
import { CliFailure } from '../failure/cli-failure.js';
import { JSON_FLAG, publicKey, type JsonOption } from '../options.js';
import { facts, print } from '../output/print.js';
import { openProgress } from '../output/progress.js';
import { table, type Column } from '../output/table.js';
import { LedgerImport, type CompanyBalances, type Imported, type ImportFinding } from './export/import-ledger.js';
import { hasRoot, readManifest } from './export/manifest.js';

interface ImportOptions extends JsonOption {
  readonly publicKey?: PublicKey;
}

export function addImportCommand(parent: Command): void {
  parent
    .command('import')
    .description('Fold an export with no database at all: check every hash and chain, print balances and the root.')
    .argument('<folder>', 'what "audit export" wrote, events in ndjson')
    .option('--public-key <key>', 'the key that the checkpoint must be signed with; else the one beside it', publicKey)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
Exit codes: 0 nothing found, 2 findings, 1 could not run.

Examples:
  $ npm run holdfast -- audit import ledger-2026 --public-key <key>
  $ npm run -s holdfast -- audit import ledger-2026 --json`,
    )
    .action(importFrom);
}

async function importFrom(folder: string, { publicKey: key, ...output }: ImportOptions): Promise<void> {
  const manifest = await readManifest(folder);
  if (manifest === undefined) throw new CliFailure(`${folder} has no manifest.json: name the folder of an export.`);
  if (!hasRoot(manifest)) {
    throw new CliFailure(
      `${folder} holds ${manifest.content} in ${manifest.lines}, which carry no chain to check: export events in ndjson.`,
    );
  }
  const progress = openProgress('events');
  let imported: Imported;
  try {
    imported = await new LedgerImport(folder, manifest).run(key, (events) => progress.tell(events, manifest.events));
  } finally {
    progress.stop();
  }
  print(output, imported, textOf);
  if (imported.findings.length > 0) throw new AuditHasFindings();
}

const balanceColumns: readonly Column<CompanyBalances>[] = [
  { heading: 'COMPANY', value: ({ companyId }) => String(companyId), alignRight: true },
  { heading: 'STREAMS', value: ({ streams }) => String(streams), alignRight: true },
  { heading: 'AVAILABLE', value: ({ available }) => available, alignRight: true },
  { heading: 'RESERVED', value: ({ reserved }) => reserved, alignRight: true },
  { heading: 'BURNED', value: ({ burned }) => burned, alignRight: true },
  { heading: 'EXPIRED', value: ({ expired }) => expired, alignRight: true },
];

const findingColumns: readonly Column<ImportFinding>[] = [
  { heading: 'WHERE', value: ({ where }) => where },
  { heading: 'EXPECTED', value: ({ expected }) => expected },
  { heading: 'FOUND', value: ({ found }) => found },
];

function textOf({ balances, findings, events, streams, root, checkpoint }: Imported): string {
  const found = findings.length === 0 ? '' : `\n${table(findingColumns, findings)}`;
  return `${table(balanceColumns, balances)}${found}\n${facts([
    ['events', String(events)],
    ['streams', String(streams)],
    ['root', root],
    ['checkpoint', checkpoint],
    ['findings', findings.length === 0 ? 'none' : String(findings.length)],
  ])}`;
}
