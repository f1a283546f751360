import { parseArgs } from 'node:util';

import { BenchFailure } from '../bench-failure.js';

export interface AuditBenchOptions {
  /** Sizes of the ledger, each greater than the one before. */
  readonly events: readonly number[];
  readonly threads: number | undefined;
  readonly json: boolean;
  readonly save: boolean;
}

export const USAGE = `npm run bench:audit -- [options]

  --events N    events in the ledger that is made and audited (default 1000000); several, such as 1000000,3000000,
                are one ledger that grows and is measured at each size
  --threads N   threads that the audit reads with (default: as it would by itself)
  --json        one JSON object instead of the table
  --save        puts the result into docs/benchmarks/results.json; npm run bench:page then writes the page

It makes the ledger through the engine's own decisions and codec in a database of its own: about 2 minutes and 2.5 GB of disk
for a million events. Exit code: 0, 1 if the run failed, 2 if the audit has findings.
`;

const EVENTS_MAX = 100_000_000;
const THREADS_MAX = 16;

/** @returns 'help' when that was asked for. @throws BenchFailure for anything that can't be understood. */
export function parseAuditOptions(args: readonly string[]): AuditBenchOptions | 'help' {
  const { events, threads, json, save, help } = parse(args);
  if (help === true) return 'help';
  return {
    events: sizes(events ?? '1000000'),
    threads: wholeNumber('threads', threads, THREADS_MAX),
    json: json ?? false,
    save: save ?? false,
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
        save: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new BenchFailure(error instanceof Error ? error.message : String(error));
  }
}

function sizes(text: string): readonly number[] {
  const found = text.split(',').map((size) => wholeNumber('events', size, EVENTS_MAX) ?? 0);
  if (found.some((size, i) => i > 0 && size <= (found[i - 1] as number))) {
    throw new BenchFailure('--events takes several sizes in growing order.');
  }
  return found;
}

function wholeNumber(name: string, text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return value;
  throw new BenchFailure(`--${name} is a whole number from 1 to ${max}.`);
}
