import { BenchFailure } from './bench-failure.js';
import { writePage } from './page/page.js';

/** `npm run bench:page`: the page and the chart, from the results that were saved. */
export async function main(): Promise<void> {
  try {
    await writePage();
  } catch (error) {
    if (!(error instanceof BenchFailure)) throw error;
    process.stderr.write(`bench: ${error.message}\n`);
    process.exitCode = 1;
  }
}
