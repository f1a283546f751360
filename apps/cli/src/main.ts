import { runCli } from './run-cli.js';

// Whoever reads only the beginning of what is printed (`| head`) closes the pipe, which is no failure: the command ends as it would have,
// since an audit says by its exit code what it found.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

// Not `process.exit`: it would cut off what a pipe has not taken yet.
process.exitCode = await runCli(process.argv.slice(2));
