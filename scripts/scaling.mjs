import { prepare } from './prepare.mjs';
import { runMain } from './report-failure.mjs';

await runMain(async () => {
  await prepare();
  const { main } = await import('../dist/test/bench/scaling/scaling-main.js');
  await main(process.argv.slice(2));
});
