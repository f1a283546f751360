import { prepare } from './prepare.mjs';
import { runMain } from './report-failure.mjs';

await runMain(async () => {
  const { log } = console;
  // Standard output is for what the command prints, so that it can be read by a program.
  console.log = console.error;
  await prepare();
  console.log = log;
  process.setSourceMapsEnabled(true);
  await import('../dist/apps/cli/src/main.js');
});
