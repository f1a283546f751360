import { writeFileSync } from 'node:fs';

/** Leaves the run's figures for scripts/test.mjs. A file that could not run at all counts as one failure. */
export default class ResultsReporter {
  onRunComplete(
    _contexts,
    { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites },
  ) {
    const file = process.env.HOLDFAST_TEST_RESULTS;
    if (file === undefined) return;
    const figures = {
      passed: numPassedTests,
      failed: numFailedTests + numRuntimeErrorTestSuites,
      skipped: numPendingTests + numTodoTests,
    };
    writeFileSync(file, JSON.stringify(figures));
  }
}
