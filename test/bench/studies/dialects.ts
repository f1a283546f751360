import { auditLedger } from '../audit/audit-ledger.js';
import type { BenchOptions } from '../bench-options.js';
import type { Progress } from '../bench.js';
import { Latencies, type LatencySummary } from '../load/latencies.js';
import type { LoadTasks } from '../load/load-process.js';
import type { LoadOutcome } from '../load/tally.js';
import type { Teardown } from '../processes/teardown.js';
import { median } from '../report/median.js';
import { costPerRedemption, meter } from '../round-cost.js';
import { enginePids, GATHER_STATISTICS, rateOf, type Measured } from '../rounds.js';
import { bitbybit, bonifiq, yotpo } from '../scenario/dialects.js';
import { POINTS_SEEDED, type Scenario } from '../scenario/scenario.js';
import { spread } from '../scenario/spread.js';
import { Stage } from '../stage.js';
import { atMost, checkLines, type Study, type StudyResult } from './study.js';

/** What a redemption through another dialect may cost, in those of bitbybit's. */
const COST_MAX = 1.25;

/**
 * The first is what the others are compared with: bitbybit's redemption at its cheapest, in which the catalogue has no part. The second is the
 * same call for the option that the other two redeem.
 */
const SPOKEN: readonly Scenario[] = [spread, bitbybit, yotpo, bonifiq];

interface Spoken {
  readonly dialect: string;
  /** The median over the rounds. */
  readonly settledPerSecond: number;
  /** Of API, worker and PostgreSQL together, for each redemption; null where the system doesn't tell. */
  readonly cpuMs: number | null;
  readonly cpuMsOf: Readonly<Record<string, number | null>>;
  readonly walBytes: number;
  readonly latencyMs: LatencySummary;
}

/** What `--json` prints: at the top the slowest of the others, the first one's rate in place of a floor, and the one over the other. */
export interface DialectsResult extends StudyResult {
  readonly dialects: readonly Spoken[];
  readonly non2xx: number;
  readonly errorsTotal: number;
  readonly connections: number;
  readonly wallets: number;
}

export const dialects: Study = {
  name: 'dialects',
  scenario: bitbybit,
  seconds: 15,
  async run(options, teardown, progress) {
    const result = await runDialects(options, teardown, progress);
    return { result, table: dialectsTable(result) };
  },
};

/**
 * The same redemption of the same option through each dialect, in turns on one engine: what a dialect adds is its own, since all of them end
 * in the one use case. @throws BenchFailure, Interrupted
 */
async function runDialects(options: BenchOptions, teardown: Teardown, progress: Progress): Promise<DialectsResult> {
  progress('Starting PostgreSQL, the worker and the API …');
  const stage = await Stage.open(options, teardown);
  progress(`Seeding ${options.wallets} wallets for each of ${SPOKEN.length} loads …`);
  const load = await stage.process<LoadTasks>('load generator', 'load/load-process.js');
  const sides = [];
  for (const scenario of SPOKEN) {
    const { order } = await stage.load(scenario, options);
    sides.push({ order, rounds: [] as Measured<LoadOutcome>[] });
  }
  await stage.client.query(GATHER_STATISTICS);
  progress(`Warming up, ${options.warmUpSeconds} s each …`);
  for (const { order } of sides) await load.ask('run', { ...order, seconds: options.warmUpSeconds });
  await stage.settle();
  await stage.client.query(GATHER_STATISTICS);

  const meters = { pids: enginePids(stage), postmasterPid: stage.database.server.pid, database: stage.client };
  const seconds = options.seconds / options.rounds;
  for (let round = 1; round <= options.rounds; round++) {
    for (const { order, rounds } of sides) {
      const measured = await meter(meters, async () => {
        const outcome = await load.ask('run', { ...order, seconds });
        await stage.settle();
        return outcome;
      });
      rounds.push(measured);
    }
    const rates = sides.map(({ order, rounds }) => `${order.scenario} ${lastRate(rounds)}/s`);
    progress(`Round ${round} of ${options.rounds}: ${rates.join(', ')}`);
  }
  progress('Waiting for what is under way, then auditing the ledger …');
  await stage.close();
  const audit = await auditLedger(stage.client, { answers: stage.answersFile, earned: BigInt(POINTS_SEEDED) });
  const spoken = sides.map(({ order, rounds }) => summarise(order.scenario, rounds));
  const outcomes = sides.flatMap(({ rounds }) => rounds.map(({ outcome }) => outcome));
  return { ...compare(options, spoken, outcomes), audit, ...stage.madeIn(options.seconds) };
}

function lastRate(rounds: readonly Measured<LoadOutcome>[]): number {
  const last = rounds.at(-1);
  return last === undefined ? 0 : rateOf(last.outcome);
}

function summarise(dialect: string, rounds: readonly Measured<LoadOutcome>[]): Spoken {
  // What came after a round's end cost as much, so all answers of 200 are counted and not only those in time.
  const redemptions = rounds.reduce((total, { outcome }) => total + (outcome.statuses['200'] ?? 0), 0);
  const { cpuMs, walBytes } = costPerRedemption(
    rounds.map(({ cost }) => cost),
    redemptions,
  );
  const parts = Object.values(cpuMs);
  const together = parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
  return {
    dialect,
    settledPerSecond: median(rounds.map(({ outcome }) => rateOf(outcome))),
    cpuMs: parts.includes(null) ? null : rounded(together),
    cpuMsOf: cpuMs,
    walBytes,
    latencyMs: Latencies.sum(rounds.map(({ outcome }) => outcome.latencies)).summary(),
  };
}

function compare(
  { connections, wallets }: BenchOptions,
  spoken: readonly Spoken[],
  outcomes: readonly LoadOutcome[],
): Omit<DialectsResult, 'queue' | 'audit' | 'machine' | 'seconds' | 'at'> {
  const [own, ...others] = spoken as [Spoken, ...Spoken[]];
  const slowest = others.reduce((a, b) => (b.settledPerSecond < a.settledPerSecond ? b : a));
  const checks = others.flatMap(({ dialect, settledPerSecond, cpuMs }) => [
    atMost(
      `${dialect}: time of a redemption, in those of ${own.dialect}`,
      rounded(own.settledPerSecond / settledPerSecond),
      COST_MAX,
      '',
    ),
    ...(cpuMs === null || own.cpuMs === null
      ? []
      : [
          atMost(
            `${dialect}: CPU of a redemption, in that of ${own.dialect}`,
            rounded(cpuMs / own.cpuMs),
            COST_MAX,
            '',
          ),
        ]),
  ]);
  const answered = outcomes.flatMap(({ statuses }) => Object.entries(statuses));
  const broken = outcomes.flatMap(({ errors }) => Object.values(errors));
  return {
    scenario: dialects.name,
    settledPerSecond: slowest.settledPerSecond,
    floorPerSecond: own.settledPerSecond,
    ratio: rounded(slowest.settledPerSecond / own.settledPerSecond),
    checks,
    dialects: spoken,
    non2xx: answered.reduce((total, [status, count]) => total + (status.startsWith('2') ? 0 : count), 0),
    errorsTotal: broken.reduce((total, count) => total + count, 0),
    connections,
    wallets,
  };
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/** The result for a person. */
function dialectsTable(result: DialectsResult): string {
  const { audit } = result;
  const line = ({ dialect, settledPerSecond, cpuMs, cpuMsOf, walBytes, latencyMs: { p50, p99 } }: Spoken) => {
    const parts = Object.entries(cpuMsOf).map(([name, ms]) => `${name} ${ms ?? '?'}`);
    const cpu = `${cpuMs ?? '?'} ms of CPU (${parts.join(', ')})`;
    return `${dialect.padEnd(10)}${settledPerSecond}/s, ${cpu}, ${walBytes} bytes of WAL; p50 ${p50} ms, p99 ${p99} ms`;
  };
  const lines = [
    `Study ${result.scenario}: ${result.connections} callers, ${result.wallets} wallets each, queue in ${result.queue}`,
    ...result.dialects.map(line),
    ...checkLines(result.checks),
    `audit     ${audit.findingsTotal === 0 ? 'no findings' : `${audit.findingsTotal} FINDINGS`}; answers other than 2xx: ${result.non2xx}, broken: ${result.errorsTotal}`,
  ];
  return `${lines.join('\n')}\n`;
}
