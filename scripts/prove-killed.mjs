import { prepare } from './prepare.mjs';
import { runMain } from './report-failure.mjs';

// Standard output is for the result alone, so that it can be read by a program.
console.log = console.error;

await runMain(async () => {
  await prepare();
  const { main } = await import('../dist/test/faults/killed/main.js');
  await main(process.argv.slice(2));
});
