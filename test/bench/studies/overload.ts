import { setTimeout as sleep } from 'node:timers/promises';

import { auditLedger } from '../audit/audit-ledger.js';
import type { BenchOptions } from '../bench-options.js';
import type { Progress } from '../bench.js';
import { memoryOf } from '../engine/memory.js';
import { Latencies, type LatencySummary } from '../load/latencies.js';
import type { LoadOrder, LoadTasks } from '../load/load-process.js';
import type { LoadOutcome } from '../load/tally.js';
import type { BenchProcess } from '../processes/bench-process.js';
import type { Teardown } from '../processes/teardown.js';
import { median } from '../report/median.js';
import { auditLine, latencyRow, warnings } from '../report/table.js';
import { rateOf } from '../rounds.js';
import { POINTS_SEEDED } from '../scenario/scenario.js';
import { spread } from '../scenario/spread.js';
import type { Stage } from '../stage.js';
import { sumCounts } from '../summarise.js';
import type { FoundRate } from './find-rate.js';
import { findLoad } from './found-load.js';
import { atMost, checkLines, type Study, type StudyResult } from './study.js';

const STEP_SECONDS = 3;
/** What a balancer in front of the API would hold open: for all that is in hand, and what is refused besides. */
const POOL = 512;
/** Of the highest rate. */
const WAVE = 3;
const CALM = 0.5;
const CALM_SECONDS = 5;
/** After the wave; then latency has to be what it was. */
const RECOVERY_SECONDS = 10;
const SAMPLE_MS = 1_000;
/** Latency is back when it is within this of what it was, or under so many milliseconds: a few milliseconds more or less mean nothing. */
const BACK_RATIO = 1.5;
const BACK_MS = 30;

export interface OverloadResult extends StudyResult {
  readonly found: FoundRate;
  readonly wavePerSecond: number;
  /** During the wave: of what was served, and of what was refused with 503. */
  readonly servedMs: LatencySummary;
  readonly refusedMs: LatencySummary;
  readonly lagMs: LatencySummary;
  readonly statuses: LoadOutcome['statuses'];
  readonly errors: LoadOutcome['errors'];
  readonly withoutRetryAfter: number;
  /** At half of the highest rate, before the wave and ten seconds after it. */
  readonly beforeMs: LatencySummary;
  readonly afterMs: LatencySummary;
  /** API and worker together: before, the second and the last quarter of the wave, and ten seconds after it. */
  readonly memoryMb: { readonly before: number; readonly early: number; readonly late: number; readonly after: number };
}

/** Three times the highest rate for a minute: what can't be served is refused at once, and nothing that was accepted is lost. */
export const overload: Study = {
  name: 'overload',
  scenario: { ...spread, name: 'overload' },
  seconds: 60,
  async run(options, teardown, progress) {
    const result = await runOverload(options, teardown, progress);
    return { result, table: overloadTable(result) };
  },
};

async function runOverload(options: BenchOptions, teardown: Teardown, progress: Progress): Promise<OverloadResult> {
  const stepSeconds = Math.min(STEP_SECONDS, options.seconds);
  const { stage, load, order, found } = await findLoad(options, stepSeconds, teardown, progress);
  const highest = Math.max(1, found.highest);
  const pool = { ...order, connections: POOL, isPoolBounded: true };
  const arrivals = (share: number, seconds: number) =>
    load.ask('run', { ...pool, perSecond: Math.max(1, Math.round(highest * share)), seconds });
  const calmSeconds = Math.min(CALM_SECONDS, options.seconds);
  const before = await arrivals(CALM, calmSeconds);
  const memoryBefore = memoryNow(stage);
  progress(`${highest * WAVE} arrivals/s for ${options.seconds} s …`);
  const wave = await sampled(stage, load, { ...pool, perSecond: highest * WAVE, seconds: options.seconds });
  const recovery = arrivals(CALM, Math.min(RECOVERY_SECONDS, options.seconds * 2));
  await recovery;
  const after = await arrivals(CALM, calmSeconds);
  const memoryAfter = memoryNow(stage);
  progress('Waiting for what is under way, then auditing the ledger …');
  await stage.close();
  const audit = await auditLedger(stage.client, { answers: stage.answersFile, earned: BigInt(POINTS_SEEDED) });
  const { outcome, samples } = wave;
  const memoryMb = {
    before: memoryBefore,
    early: quarter(samples, 1),
    late: quarter(samples, 3),
    after: memoryAfter,
  };
  const figures = {
    servedMs: summaryOf(outcome.latencies),
    refusedMs: summaryOf(outcome.others['refused']),
    lagMs: summaryOf(outcome.lag),
    statuses: outcome.statuses,
    errors: sumCounts([outcome.errors, (await recovery).errors, after.errors]),
    withoutRetryAfter: outcome.withoutRetryAfter,
    beforeMs: summaryOf(before.latencies),
    afterMs: summaryOf(after.latencies),
    memoryMb,
  };
  return {
    scenario: 'overload',
    settledPerSecond: rateOf(outcome),
    floorPerSecond: highest,
    ratio: Math.round((rateOf(outcome) / highest) * 1_000) / 1_000,
    found,
    wavePerSecond: highest * WAVE,
    ...figures,
    checks: checksOf(figures, found.p99Ms),
    audit,
    ...stage.madeIn(options.seconds),
  };
}

type Figures = Pick<
  OverloadResult,
  'servedMs' | 'refusedMs' | 'statuses' | 'errors' | 'withoutRetryAfter' | 'beforeMs' | 'afterMs' | 'memoryMb'
>;

function checksOf(figures: Figures, p99Ms: number) {
  const { statuses, errors, memoryMb, beforeMs } = figures;
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
  const other = Object.entries(statuses).filter(([status]) => !status.startsWith('2') && status !== '503');
  return [
    atMost('p99 of what is refused', figures.refusedMs.p99, 100, ' ms'),
    atMost('p99 of what is served, to that at the highest rate', round(figures.servedMs.p99 / p99Ms), 3, ''),
    atMost('503 without Retry-After', figures.withoutRetryAfter, 0, ''),
    atMost('answers other than 2xx and 503', sum(Object.fromEntries(other)), 0, ''),
    atMost('broken connections', sum(errors), 0, ''),
    atMost('memory in the last quarter of the wave to the second', round(memoryMb.late / memoryMb.early), 1.15, ''),
    atMost(
      'p99 ten seconds after the wave',
      figures.afterMs.p99,
      Math.max(BACK_MS, round(beforeMs.p99 * BACK_RATIO)),
      ' ms',
    ),
  ];
}

/** Runs the wave and looks at the memory meanwhile. */
async function sampled(stage: Stage, load: BenchProcess<LoadTasks>, order: LoadOrder) {
  const samples: number[] = [];
  let running = true;
  const looking = (async () => {
    while (running) {
      samples.push(memoryNow(stage));
      await sleep(SAMPLE_MS);
    }
  })();
  const outcome = await load.ask('run', order);
  running = false;
  await looking;
  return { outcome, samples };
}

function memoryNow({ engine }: Stage): number {
  return memoryOf(engine).together ?? 0;
}

function quarter(samples: readonly number[], which: 0 | 1 | 2 | 3): number {
  const at = (part: number) => Math.floor((samples.length * part) / 4);
  const some = samples.slice(at(which), Math.max(at(which) + 1, at(which + 1)));
  return round(median(some.length === 0 ? samples : some));
}

function summaryOf(encoded: string | undefined): LatencySummary {
  return Latencies.sum(encoded === undefined ? [] : [encoded]).summary();
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function overloadTable(result: OverloadResult): string {
  const { found, memoryMb, statuses } = result;
  const counts = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`);
  const lines = [
    `Overload of spread, queue in ${result.queue}: ${result.wavePerSecond} arrivals/s for ${result.seconds} s`,
    ...warnings(result),
    `highest rate        ${found.highest}/s with p99 ${found.p99Ms} ms; callers who wait reach ${found.closedPerSecond}/s`,
    `answers             ${counts.join(', ')}; settled ${result.settledPerSecond}/s`,
    latencyRow('served', result.servedMs),
    latencyRow('refused', result.refusedMs),
    latencyRow('generator’s lag', result.lagMs),
    latencyRow('half rate, before', result.beforeMs),
    latencyRow('half rate, after', result.afterMs),
    `memory              before ${memoryMb.before} MB, in the wave ${memoryMb.early} then ${memoryMb.late} MB, after ${memoryMb.after} MB`,
    ...checkLines(result.checks),
    `audit               ${auditLine(result.audit)}`,
  ];
  return `${lines.join('\n')}\n`;
}
