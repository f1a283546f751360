import os from 'node:os';
import { Option, type Command } from 'commander';
import { connectAsOwner, projectionNames, rebuildProjections, ThreadFolder, type RebuildProgress } from '#ledger';
import { JSON_FLAG, threads, type JsonOption } from '../options.js';
import { print } from '../output/print.js';
import { openProgress } from '../output/progress.js';
import { withDatabase } from '../session/database-session.js';

interface RebuildOptions extends JsonOption {
  readonly name?: readonly string[];
  readonly threads: number;
}

const THREADS = 2;
/** Requests come first: whatever decodes and folds gets what they leave. */
const NICENESS = 15;

export function addRebuildCommand(parent: Command): void {
  parent
    .command('rebuild')
    .description(
      'Fold projections anew from all events, while requests go on, and put them in the place of the live ones.',
    )
    .addOption(new Option('--name <table...>', 'only these; all of them when left out').choices(projectionNames))
    .addOption(
      new Option('--threads <count>', 'threads that fold at once, 1 to 16').argParser(threads).default(THREADS),
    )
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      `
Runs as the role that owns the tables: DATABASE_MIGRATE_URL, else DATABASE_DIRECT_URL, else DATABASE_URL. It needs room for a second copy of the
projections, and in the folder for temporary files (TMPDIR) for the events. Interrupted at any moment, it has changed nothing and can be started again.

Examples:
  $ npm run holdfast -- projections rebuild
  $ npm run -s holdfast -- projections rebuild --name voucher_code flagged_redemption --json`,
    )
    .action(rebuild);
}

async function rebuild({ name, threads, ...output }: RebuildOptions): Promise<void> {
  const startedAt = process.hrtime.bigint();
  const report = await withDatabase(async ({ config }) => {
    os.setPriority(NICENESS);
    const ownerUrl = config.database.migrateUrl.reveal();
    const progress = openProgress('events');
    try {
      return await rebuildProjections({
        connect: () => connectAsOwner(ownerUrl),
        names: name,
        threads: Array.from({ length: threads - 1 }, () => new ThreadFolder(ownerUrl)),
        onProgress: (at) => progress.tell(at.events, expected(at)),
      });
    } finally {
      progress.stop();
    }
  });
  const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
  const rebuilt = { ...report, seconds, eventsPerSecond: Math.round(report.events / seconds) };
  print(output, rebuilt, ({ events, streams, tables, eventsPerSecond }) =>
    [
      `Rebuilt from ${events} events of ${streams} streams: ${tables.join(', ')}.`,
      `${seconds.toFixed(1)} s, ${eventsPerSecond} events/s.\n`,
    ].join('\n'),
  );
}

/** What is left is known only as far as the slices tell. */
function expected({ phase, events, share }: RebuildProgress): number {
  return phase === 'fold' && share > 0 ? Math.round(events / share) : events;
}
