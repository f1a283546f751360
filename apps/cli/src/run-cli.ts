import { CommanderError } from 'commander';
import { AuditHasFindings } from './failure/audit-has-findings.js';
import { describeFailure } from './failure/describe-failure.js';
import { createProgram } from './program.js';

/** 0: done. 1: could not run; one line on standard error says why and what to do. 2 is for an audit that found something. */
export type ExitCode = 0 | 1 | 2;

/** Runs one command line, the program's own name left out. Never throws. */
export async function runCli(args: readonly string[]): Promise<ExitCode> {
  try {
    await createProgram().parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has printed the help, or what is wrong with the arguments, by itself.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    if (error instanceof AuditHasFindings) return 2;
    console.error(describeFailure(error));
    return 1;
  }
}
