import { parseArgs } from 'node:util';

import { BenchFailure } from '../bench-failure.js';
import type { ScalingPlan } from './needs.js';

export const SCALING_USAGE = `npm run scaling -- [options]

What rates of redemptions need, from the cost of one as it was measured. Arithmetic: nothing is run.

  --rates N,N,…          redemptions a second (default 1000,10000,100000)
  --result FILE          a result of "npm run bench -- --json" (default: "spread, redis" of docs/benchmarks/results.json)
  --load PART            how full a core may be (default 0.6)
  --postgres-cores N     cores of the largest machine for PostgreSQL (default 64)
  --wal-megabytes N      what its disk flushes in a second (default 500)
  --write                put the table into docs/scaling.md
`;

export interface ScalingOptions {
  readonly rates: readonly number[];
  /** Undefined: the saved results. */
  readonly resultFile: string | undefined;
  readonly plan: ScalingPlan;
  readonly write: boolean;
}

/** @returns 'help' when that was asked for. @throws BenchFailure for anything that can't be understood. */
export function parseScalingOptions(args: readonly string[]): ScalingOptions | 'help' {
  const { values } = parsed(args);
  if (values.help === true) return 'help';
  const load = positive('load', values.load);
  if (load > 1) throw new BenchFailure('--load is a part of a core, such as 0.6.');
  return {
    rates: values.rates.split(',').map((rate) => positive('rates', rate)),
    resultFile: values.result,
    plan: {
      load,
      postgresCores: positive('postgres-cores', values['postgres-cores']),
      walMegabytes: positive('wal-megabytes', values['wal-megabytes']),
      poolMax: 10,
      lanes: 1,
    },
    write: values.write,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean' },
        rates: { type: 'string', default: '1000,10000,100000' },
        result: { type: 'string' },
        load: { type: 'string', default: '0.6' },
        'postgres-cores': { type: 'string', default: '64' },
        'wal-megabytes': { type: 'string', default: '500' },
        write: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new BenchFailure(`${(error as Error).message}. "npm run scaling -- --help" tells what there is.`);
  }
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new BenchFailure(`--${name} takes numbers above 0, not "${text}".`);
}
