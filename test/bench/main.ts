import { EmbeddedPostgresError } from '#platform/embedded-postgres';
import { MigrationError } from '#platform/migrate';

import { BenchFailure } from './bench-failure.js';
import { runBench } from './bench.js';
import type { BenchOptions } from './bench-options.js';
import { parseOptions, USAGE } from './options.js';
import { Interrupted, Teardown } from './processes/teardown.js';
import type { AnyResult } from './report/result.js';
import { keyOf, saveResult } from './report/saved-results.js';
import { resultTable } from './report/table.js';
import { runRate } from './studies/rate.js';
import { studyNamed } from './studies/studies.js';
import type { Check } from './studies/study.js';

/** Exit codes besides 0. */
const FAILED = 1;
const AUDIT_HAS_FINDINGS = 2;
const NOT_HELD = 3;
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
    exitCode = await run(parseOptions(args), args, teardown);
  } catch (error) {
    if (!interrupted && !(error instanceof Interrupted)) process.stderr.write(`${describe(error)}\n`);
  }
  await teardown.run();
  process.exit(interrupted ? INTERRUPTED : exitCode);
}

async function run(options: BenchOptions | 'help', args: readonly string[], teardown: Teardown): Promise<number> {
  if (options === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  const { result, table, checks } = await measure(options, teardown);
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : table);
  if (options.save) await saveResult(keyOf(result), result, 'bench', args);
  if (result.audit.findingsTotal > 0) return AUDIT_HAS_FINDINGS;
  // Rows of a table fall short and stay; a promise that is broken fails.
  return options.name === 'overload' && checks.some(({ held }) => !held) ? NOT_HELD : 0;
}

interface Measurement {
  readonly result: AnyResult;
  readonly table: string;
  readonly checks: readonly Check[];
}

async function measure(options: BenchOptions, teardown: Teardown): Promise<Measurement> {
  const study = studyNamed(options.name);
  if (study !== undefined) {
    const { result, table } = await study.run(options, teardown, progress);
    return { result, table, checks: result.checks };
  }
  const { p99Ms } = options;
  if (p99Ms !== undefined) return { ...(await runRate({ ...options, p99Ms }, teardown, progress)), checks: [] };
  const result = await runBench(options, teardown, progress);
  return { result, table: resultTable(result), checks: [] };
}

function progress(what: string): void {
  process.stderr.write(`bench: ${what}\n`);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return PLAIN.some((kind) => error instanceof kind) ? `bench: ${error.message}` : (error.stack ?? error.message);
}
