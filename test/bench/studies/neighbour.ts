import { setTimeout as sleep } from 'node:timers/promises';

import { auditLedger } from '../audit/audit-ledger.js';
import type { BenchOptions } from '../bench-options.js';
import type { Progress } from '../bench.js';
import { Latencies, type LatencySummary } from '../load/latencies.js';
import type { LoadOrder, LoadTasks } from '../load/load-process.js';
import type { LoadOutcome } from '../load/tally.js';
import type { BenchProcess } from '../processes/bench-process.js';
import type { Teardown } from '../processes/teardown.js';
import { median } from '../report/median.js';
import { GATHER_STATISTICS } from '../rounds.js';
import { POINTS_SEEDED, type Scenario, type ScenarioProvider } from '../scenario/scenario.js';
import { spread } from '../scenario/spread.js';
import { Stage } from '../stage.js';
import { atMost, type Study, type StudyResult } from './study.js';

/** Callers of the slow provider: more than the engine calls it with at once, so that a line stands before it all the time. */
const SLOW_CALLERS = 60;
/** Before a round begins the slow one's line is full. */
const FILL_MS = 6_000;

/** The other provider. */
const SLOW: ScenarioProvider = { latencyMs: 5_000, timeoutShare: 0, timeoutMs: 10_000 };
/** What the neighbour may add to the 99th percentile. */
const RATIO_MAX = 1.5;

/**
 * A healthy provider, alone and then beside one that takes five seconds for each call, in one worker. Callers of the healthy one are few, so
 * that the machine has time to spare: it is about waiting for the neighbour, not about sharing a processor with it.
 */
const scenario: Scenario = {
  name: 'neighbour',
  wallets: 1_000,
  connections: 8,
  provider: { latencyMs: 20, timeoutShare: 0, timeoutMs: 5_000 },
  attempt: spread.attempt.bind(spread),
};

/** What `--json` prints. Rates are the healthy provider's redemptions a second; all three at the top are medians over the rounds. */
export interface NeighbourResult extends StudyResult {
  /** The 99th percentile beside the slow one, over that alone: at most 1.5 is wanted. */
  readonly ratio: number;
  readonly rounds: readonly { readonly alone: LatencySummary; readonly beside: LatencySummary }[];
  readonly latencyMs: { readonly alone: LatencySummary; readonly beside: LatencySummary };
  /** Redemptions at the slow provider, by what the ledger holds in the end. */
  readonly slowSettled: number;
  readonly non2xx: number;
  readonly connections: number;
}

interface Round {
  readonly alone: LoadOutcome;
  readonly beside: LoadOutcome;
  readonly slow: LoadOutcome;
}

interface Side {
  readonly load: BenchProcess<LoadTasks>;
  readonly order: LoadOrder;
  readonly companyIds: readonly number[];
}

const COUNT_SETTLED = `
  SELECT count(*)::int AS settled FROM redemption WHERE company_id = ANY($1::int[]) AND status = 'committed'`;

export const neighbour: Study = {
  name: 'neighbour',
  scenario,
  seconds: 10,
  async run(options, teardown, progress) {
    const result = await runNeighbour(options, teardown, progress);
    return { result, table: neighbourTable(result) };
  },
};

/** A healthy provider in turns alone and beside a slow one, each a company's of its own, in one worker. @throws BenchFailure, Interrupted */
async function runNeighbour(options: BenchOptions, teardown: Teardown, progress: Progress): Promise<NeighbourResult> {
  progress('Starting PostgreSQL, the worker and the API …');
  const stage = await Stage.open(options, teardown);
  const side = async (name: string, provider: ScenarioProvider | undefined, connections: number): Promise<Side> => {
    const load = await stage.process<LoadTasks>(`load of the ${name} one`, 'load/load-process.js');
    const { order, companyIds } = await stage.load(scenario, { wallets: options.wallets, connections }, provider);
    // The load process knows scenarios by name, and what these callers do is what those of `spread` do.
    return { load, companyIds, order: { ...order, scenario: spread.name } };
  };
  progress(`Seeding ${options.wallets} wallets of each company …`);
  const healthy = await side('healthy', scenario.provider, options.connections);
  const slow = await side('slow', SLOW, SLOW_CALLERS);
  await stage.client.query(GATHER_STATISTICS);
  progress(`Warming up, ${options.warmUpSeconds} s …`);
  await healthy.load.ask('run', { ...healthy.order, seconds: options.warmUpSeconds });

  const seconds = options.seconds / options.rounds;
  const rounds: Round[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    const alone = await healthy.load.ask('run', { ...healthy.order, seconds });
    const slowRun = slow.load.ask('run', { ...slow.order, seconds: seconds + FILL_MS / 1_000 });
    await sleep(FILL_MS);
    const beside = await healthy.load.ask('run', { ...healthy.order, seconds });
    rounds.push({ alone, beside, slow: await slowRun });
    const p99 = (outcome: LoadOutcome) => Latencies.sum([outcome.latencies]).summary().p99;
    progress(`Round ${round} of ${options.rounds}: p99 alone ${p99(alone)} ms, beside ${p99(beside)} ms`);
  }
  progress('Waiting for what is under way, then auditing the ledger …');
  await stage.close();
  const audit = await auditLedger(stage.client, { answers: stage.answersFile, earned: BigInt(POINTS_SEEDED) });
  const { rows } = await stage.client.query<{ settled: number }>(COUNT_SETTLED, [slow.companyIds]);
  const slowSettled = rows[0]?.settled ?? 0;
  return { ...summarise(options, rounds), slowSettled, audit, ...stage.madeIn(options.seconds) };
}

function summarise(
  { connections }: BenchOptions,
  rounds: readonly Round[],
): Omit<NeighbourResult, 'slowSettled' | 'queue' | 'audit' | 'machine' | 'seconds' | 'at'> {
  const summaries = rounds.map(({ alone, beside }) => ({
    alone: Latencies.sum([alone.latencies]).summary(),
    beside: Latencies.sum([beside.latencies]).summary(),
  }));
  const rate = ({ settled, elapsedSeconds }: LoadOutcome) => Math.round(settled / elapsedSeconds);
  const all = rounds.flatMap(({ alone, beside, slow }) => [alone, beside, slow]);
  const ratio = median(summaries.map(({ alone, beside }) => Math.round((beside.p99 / alone.p99) * 1_000) / 1_000));
  return {
    scenario: scenario.name,
    settledPerSecond: median(rounds.map(({ beside }) => rate(beside))),
    floorPerSecond: median(rounds.map(({ alone }) => rate(alone))),
    ratio,
    checks: [atMost('p99 beside a slow provider to alone', ratio, RATIO_MAX, '')],
    rounds: summaries,
    latencyMs: {
      alone: Latencies.sum(rounds.map(({ alone }) => alone.latencies)).summary(),
      beside: Latencies.sum(rounds.map(({ beside }) => beside.latencies)).summary(),
    },
    non2xx: all
      .flatMap(({ statuses }) => Object.entries(statuses))
      .reduce((total, [status, count]) => total + (status.startsWith('2') ? 0 : count), 0),
    connections,
  };
}

/** The result for a person. */
function neighbourTable(result: NeighbourResult): string {
  const { latencyMs, audit, rounds } = result;
  const line = (name: string, { p50, p95, p99, max }: LatencySummary) =>
    `${name.padEnd(20)}p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms, longest ${max} ms`;
  const lines = [
    `Scenario ${result.scenario}: ${result.connections} callers of a healthy provider, queue in ${result.queue}`,
    ...rounds.map(
      ({ alone, beside }, i) => `round ${i + 1}             p99 alone ${alone.p99} ms, beside ${beside.p99} ms`,
    ),
    line('alone', latencyMs.alone),
    line('beside a slow one', latencyMs.beside),
    `settled/s (median)  alone ${result.floorPerSecond}, beside ${result.settledPerSecond}; at the slow one ${result.slowSettled} in all`,
    `p99 beside / alone  ${result.ratio} (median of the rounds; at most 1.5 is wanted)`,
    `audit               ${audit.findingsTotal === 0 ? 'no findings' : `${audit.findingsTotal} FINDINGS`}; answers other than 2xx: ${result.non2xx}`,
  ];
  return `${lines.join('\n')}\n`;
}
