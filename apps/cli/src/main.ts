import { runCli } from './run-cli.js';

// Whoever reads only the beginning of what is printed (`| head`) closes the pipe, which is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

// Not `process.exit`: it would cut off what a pipe has not taken yet.
process.exitCode = await runCli(process.argv.slice(2));
