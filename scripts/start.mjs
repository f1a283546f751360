import { prepare } from './prepare.mjs';
import { runMain } from './report-failure.mjs';

await runMain(async () => {
  await prepare();
  const { start } = await import('../dist/apps/cli/src/start/index.js');
  await start();
});
