import { parseArgs } from 'node:util';

import { BenchFailure } from './bench-failure.js';
import type { BenchOptions } from './bench-options.js';
import { scenarioNames, scenarioNamed } from './scenario/scenarios.js';
import { studyNamed, studyNames } from './studies/studies.js';

export const USAGE = `npm run bench -- [options]

  --seconds N       how long the engine is measured, and the floor beside it (default 10)
  --scenario NAME   beside the floor: ${scenarioNames.join(', ')} (default ${scenarioNames[0]})
                    a question of its own: ${studyNames.join(', ')}
  --rate N          arrivals a second in an open loop, instead of callers that wait for their answers;
                    latency, soak, overload: the highest rate, which they look for otherwise
  --p99 MS          look for the highest rate of arrivals at which p99 stays under so many milliseconds
  --wallets N       wallets to spread the load over (default: the scenario's)
  --connections N   connections of the load generator (default: the scenario's)
  --rounds N        rounds that the seconds are divided into, an odd number
  --warm-up N       seconds each side runs before it is measured
  --count           add a round that counts statements, round trips, groups and jobs (from 5 seconds on it is added anyway)
  --no-count        leave it out
  --minutes N       soak: how long (default 20)
  --events N        growth, rebuild: how many events the ledger has before (default 10000000, and 500000)
  --redis           start a Redis for the queue (REDIS_URL names a running one; without either the queue is in PostgreSQL)
  --save            keep the result in docs/benchmarks/results.json (npm run bench:page writes the page from it)
  --json            one JSON object instead of the table (npm run --silent bench -- --json | jq .ratio)

Exit code: 0, 1 if the run failed, 2 if the audit after it has findings, 3 if a bound of the study overload did not hold.
`;

const MAX_SECONDS = 24 * 3600;
const MAX_CONNECTIONS = 10_000;
const MAX_WALLETS = 10_000_000;
const MAX_EVENTS = 100_000_000;
const MAX_RATE = 1_000_000;
/** From here on a round that counts costs little beside the others. */
const COUNT_FROM_SECONDS = 5;

/** @returns 'help' when that was asked for. @throws BenchFailure for anything that can't be understood. */
export function parseOptions(args: readonly string[]): BenchOptions | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const name = values.scenario ?? 'spread';
  const study = studyNamed(name);
  const scenario = study?.scenario ?? scenarioNamed(name);
  if (scenario === undefined) {
    throw new BenchFailure(`--scenario is one of: ${[...scenarioNames, ...studyNames].join(', ')}.`);
  }
  const seconds = wholeNumber('seconds', values.seconds, study?.seconds ?? 10, MAX_SECONDS);
  const rounds = wholeNumber('rounds', values.rounds, standardRounds(seconds), seconds);
  if (rounds % 2 === 0) throw new BenchFailure('--rounds is an odd number, so that one round is the median.');
  const [perSecond, p99Ms] = [given('rate', values.rate, MAX_RATE), given('p99', values.p99, MAX_SECONDS)];
  if (perSecond !== undefined && p99Ms !== undefined) {
    throw new BenchFailure('--rate says the rate and --p99 looks for it: give one of them.');
  }
  return {
    name,
    scenario,
    seconds,
    rounds,
    warmUpSeconds: wholeNumber('warm-up', values['warm-up'], Math.min(10, Math.ceil(seconds / 2) + 2), MAX_SECONDS),
    wallets: wholeNumber('wallets', values.wallets, scenario.wallets, MAX_WALLETS),
    connections: wholeNumber('connections', values.connections, scenario.connections, MAX_CONNECTIONS),
    perSecond,
    p99Ms,
    count: values.count ?? (values['no-count'] !== true && seconds >= COUNT_FROM_SECONDS),
    ownRedis: values.redis ?? false,
    json: values.json ?? false,
    save: values.save ?? false,
    minutes: wholeNumber('minutes', values.minutes, 20, MAX_SECONDS / 60),
    events: wholeNumber('events', values.events, study?.events ?? 10_000_000, MAX_EVENTS),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seconds: { type: 'string' },
        scenario: { type: 'string' },
        rate: { type: 'string' },
        p99: { type: 'string' },
        wallets: { type: 'string' },
        connections: { type: 'string' },
        rounds: { type: 'string' },
        'warm-up': { type: 'string' },
        count: { type: 'boolean' },
        'no-count': { type: 'boolean' },
        minutes: { type: 'string' },
        events: { type: 'string' },
        redis: { type: 'boolean' },
        save: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new BenchFailure(error instanceof Error ? error.message : String(error));
  }
}

function given(name: string, text: string | undefined, max: number): number | undefined {
  return text === undefined ? undefined : wholeNumber(name, text, 0, max);
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
