import { EmbeddedPostgresError } from '#platform/embedded-postgres';
import { MigrationError } from '#platform/migrate';

import { BenchFailure } from './bench-failure.js';
import { runBench } from './bench.js';
import { neighbourTable, runNeighbour } from './neighbour.js';
import { parseOptions, USAGE, type BenchOptions } from './options.js';
import { Interrupted, Teardown } from './processes/teardown.js';
import { resultTable } from './report/table.js';

/** Exit codes besides 0. */
const FAILED = 1;
const AUDIT_HAS_FINDINGS = 2;
const INTERRUPTED = 130;

/** Errors whose message is all that a person needs. */
const PLAIN = [BenchFailure, EmbeddedPostgresError, MigrationError];

/**
 * `npm run bench`: measures the engine beside the floor, audits the ledger, prints the result to standard output and everything else to
 * standard error. Ends the process.
 */
export async function main(args: readonly string[]): Promise<void> {
  const teardown = new Teardown();
  let exitCode = FAILED;
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (interrupted) return;
      interrupted = true;
      progress('Stopping …');
      void teardown.interrupt();
    });
  }
  try {
    exitCode = await run(parseOptions(args), teardown);
  } catch (error) {
    if (!interrupted && !(error instanceof Interrupted)) process.stderr.write(`${describe(error)}\n`);
  }
  await teardown.run();
  process.exit(interrupted ? INTERRUPTED : exitCode);
}

async function run(options: BenchOptions | 'help', teardown: Teardown): Promise<number> {
  if (options === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  const { result, table } =
    options.scenario.beside === undefined
      ? await measured(runBench(options, teardown, progress), resultTable)
      : await measured(runNeighbour(options, teardown, progress), neighbourTable);
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : table);
  return result.audit.findingsTotal === 0 ? 0 : AUDIT_HAS_FINDINGS;
}

async function measured<Result>(running: Promise<Result>, tableOf: (result: Result) => string) {
  const result = await running;
  return { result, table: tableOf(result) };
}

function progress(what: string): void {
  process.stderr.write(`bench: ${what}\n`);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return PLAIN.some((kind) => error instanceof kind) ? `bench: ${error.message}` : (error.stack ?? error.message);
}
