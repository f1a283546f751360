import { prepare } from './prepare.mjs';
import { PlainFailure, runMain } from './report-failure.mjs';

await runMain(async () => {
  await prepare();
  const { runProviderSim } = await import('../dist/test/support/provider/command-line.js');
  try {
    await runProviderSim(process.argv.slice(2));
  } catch (error) {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new PlainFailure(`Port ${error.port} is taken; choose another with --port.`);
  }
});
