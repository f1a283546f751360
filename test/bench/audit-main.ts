import { BenchFailure } from './bench-failure.js';
import { runAuditBench } from './audit/audit-bench.js';
import { parseAuditOptions, USAGE } from './audit/audit-options.js';
import { auditTable } from './audit/audit-table.js';
import { Interrupted, Teardown } from './processes/teardown.js';
import { saveResult } from './report/saved-results.js';

/** `npm run bench:audit`: prints the result to standard output and everything else to standard error. Ends the process. */
export async function main(args: readonly string[]): Promise<void> {
  const teardown = new Teardown();
  let exitCode = 1;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void teardown.interrupt());
  try {
    const options = parseAuditOptions(args);
    if (options === 'help') {
      process.stdout.write(USAGE);
      exitCode = 0;
    } else {
      const result = await runAuditBench(options, teardown, (what) => process.stderr.write(`bench: ${what}\n`));
      process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : auditTable(result));
      if (options.save) await saveResult('audit', result, 'bench:audit', args);
      exitCode = result.sizes.every(({ verify }) => verify.findingsTotal === 0) ? 0 : 2;
    }
  } catch (error) {
    if (error instanceof BenchFailure) process.stderr.write(`bench: ${error.message}\n`);
    else if (!(error instanceof Interrupted)) console.error(error);
  }
  await teardown.run();
  process.exit(exitCode);
}
