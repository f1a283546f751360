/** A failure that the person at the terminal can mend: one line, no stack. */
export class PlainFailure extends Error {}

/** Runs a program's main function; prints a failure as one line where that is enough, and ends with exit code 1. */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof PlainFailure ? `holdfast: ${error.message}` : error);
    process.exit(1);
  }
}
