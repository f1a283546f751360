import { parseArgs } from 'node:util';

import { BenchFailure } from './bench-failure.js';
import { scenarioNames, scenarioNamed } from './scenario/scenarios.js';
import type { Scenario } from './scenario/scenario.js';

export interface BenchOptions {
  readonly scenario: Scenario;
  /** How long the engine is measured, over all rounds; the floor is measured as long. */
  readonly seconds: number;
  /** Odd, so that one round is the median. */
  readonly rounds: number;
  /** How long each side runs before anything is measured. */
  readonly warmUpSeconds: number;
  readonly wallets: number;
  readonly connections: number;
  /** Whether the benchmark starts a Redis of its own for the queue. */
  readonly ownRedis: boolean;
  readonly json: boolean;
}

export const USAGE = `npm run bench -- [options]

  --seconds N       how long the engine is measured, and the floor beside it (default 10)
  --scenario NAME   ${scenarioNames.join(', ')} (default ${scenarioNames[0]})
  --wallets N       wallets to spread the load over (default: the scenario's)
  --connections N   connections of the load generator (default: the scenario's)
  --rounds N        rounds that the seconds are divided into, an odd number
  --warm-up N       seconds each side runs before it is measured
  --redis           start a Redis for the queue (REDIS_URL names a running one; without either the queue is in PostgreSQL)
  --json            one JSON object instead of the table (npm run --silent bench -- --json | jq .ratio)

Exit code: 0, 1 if the run failed, 2 if the audit after it has findings.
`;

const MAX_SECONDS = 24 * 3600;
const MAX_CONNECTIONS = 10_000;
const MAX_WALLETS = 10_000_000;

/** @returns 'help' when that was asked for. @throws BenchFailure for anything that can't be understood. */
export function parseOptions(args: readonly string[]): BenchOptions | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const scenario = scenarioNamed(values.scenario ?? 'spread');
  if (scenario === undefined) throw new BenchFailure(`--scenario is one of: ${scenarioNames.join(', ')}.`);
  const seconds = wholeNumber('seconds', values.seconds, 10, MAX_SECONDS);
  const rounds = wholeNumber('rounds', values.rounds, standardRounds(seconds), seconds);
  if (rounds % 2 === 0) throw new BenchFailure('--rounds is an odd number, so that one round is the median.');
  return {
    scenario,
    seconds,
    rounds,
    warmUpSeconds: wholeNumber('warm-up', values['warm-up'], Math.min(5, Math.ceil(seconds / 2)), MAX_SECONDS),
    wallets: wholeNumber('wallets', values.wallets, scenario.wallets, MAX_WALLETS),
    connections: wholeNumber('connections', values.connections, scenario.connections, MAX_CONNECTIONS),
    ownRedis: values.redis ?? false,
    json: values.json ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seconds: { type: 'string' },
        scenario: { type: 'string' },
        wallets: { type: 'string' },
        connections: { type: 'string' },
        rounds: { type: 'string' },
        'warm-up': { type: 'string' },
        redis: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new BenchFailure(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string | undefined, unset: number, max: number): number {
  if (text === undefined) return unset;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > max) {
    throw new BenchFailure(`--${name} is a whole number from 1 to ${max}.`);
  }
  return value;
}

/** Rounds shorter than two seconds say little. */
function standardRounds(seconds: number): number {
  if (seconds < 6) return 1;
  return seconds < 20 ? 3 : 5;
}
