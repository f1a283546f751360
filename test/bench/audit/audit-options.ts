import { parseArgs } from 'node:util';

import { BenchFailure } from '../bench-failure.js';

export interface AuditBenchOptions {
  readonly events: number;
  readonly threads: number | undefined;
  readonly json: boolean;
}

export const USAGE = `npm run bench:audit -- [options]

  --events N    events in the ledger that is made and audited (default 1000000)
  --threads N   threads that the audit reads with (default: as it would by itself)
  --json        one JSON object instead of the table

It makes the ledger through the engine's own decisions and codec in a database of its own: about 5 minutes and 2.5 GB of disk
for a million events. Exit code: 0, 1 if the run failed, 2 if the audit has findings.
`;

const EVENTS_MAX = 100_000_000;
const THREADS_MAX = 16;

/** @returns 'help' when that was asked for. @throws BenchFailure for anything that can't be understood. */
export function parseAuditOptions(args: readonly string[]): AuditBenchOptions | 'help' {
  const { events, threads, json, help } = parse(args);
  if (help === true) return 'help';
  return {
    events: wholeNumber('events', events, EVENTS_MAX) ?? 1_000_000,
    threads: wholeNumber('threads', threads, THREADS_MAX),
    json: json ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        events: { type: 'string' },
        threads: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new BenchFailure(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return value;
  throw new BenchFailure(`--${name} is a whole number from 1 to ${max}.`);
}
