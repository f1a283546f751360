import { auditLedger } from '../audit/audit-ledger.js';
import type { BenchOptions } from '../bench-options.js';
import { floorContest, type Progress } from '../bench.js';
import type { LoadTasks } from '../load/load-process.js';
import type { Teardown } from '../processes/teardown.js';
import { median } from '../report/median.js';
import { auditLine } from '../report/table.js';
import { rateOf } from '../rounds.js';
import { POINTS_SEEDED } from '../scenario/scenario.js';
import { Stage } from '../stage.js';
import { findRate, type RateStep } from './find-rate.js';
import type { StudyResult } from './study.js';

/** The closed loop, and each halving. */
const STEPS = 6;

export interface RateResult extends StudyResult {
  readonly p99BoundMs: number;
  readonly p99Ms: number;
  readonly closedPerSecond: number;
  readonly steps: readonly RateStep[];
}

/** `--p99 MS`: the highest rate of any scenario that holds the bound; the floor, which knows no arrivals, takes its turn after each try. */
export async function runRate(
  options: BenchOptions & { readonly p99Ms: number },
  teardown: Teardown,
  progress: Progress,
): Promise<{ readonly result: RateResult; readonly table: string }> {
  progress('Starting PostgreSQL, the worker and the API …');
  const stage = await Stage.open(options, teardown);
  const { loaded, floor, floorOrder } = await floorContest(stage, options, progress);
  const load = await stage.process<LoadTasks>('load generator', 'load/load-process.js');
  const stepSeconds = Math.max(1, options.seconds / STEPS);
  const floorRates: number[] = [];
  await load.ask('run', { ...loaded.order, seconds: options.warmUpSeconds });
  await floor.ask('run', { ...floorOrder, seconds: options.warmUpSeconds });
  const between = async () => {
    floorRates.push(rateOf(await floor.ask('run', { ...floorOrder, seconds: stepSeconds })));
  };
  const { p99Ms: p99BoundMs } = options;
  const found = await findRate({
    stage,
    load,
    order: loaded.order,
    known: undefined,
    p99Ms: p99BoundMs,
    stepSeconds,
    between,
    progress,
  });
  progress('Waiting for what is under way, then auditing the ledger …');
  await stage.close();
  const earned = options.scenario.earns === true ? {} : { earned: BigInt(POINTS_SEEDED) };
  const audit = await auditLedger(stage.client, { answers: stage.answersFile, ...earned });
  const floorPerSecond = median(floorRates);
  const { highest, ...rest } = found;
  const result: RateResult = {
    scenario: options.name,
    settledPerSecond: highest,
    floorPerSecond,
    ratio: floorPerSecond === 0 ? 0 : Math.round((highest / floorPerSecond) * 1_000) / 1_000,
    p99BoundMs,
    ...rest,
    checks: [],
    audit,
    ...stage.madeIn(options.seconds),
  };
  return { result, table: rateTable(result) };
}

function rateTable({
  scenario,
  settledPerSecond,
  p99BoundMs,
  floorPerSecond,
  ratio,
  audit,
  ...rest
}: RateResult): string {
  const lines = [
    `Scenario ${scenario}: the highest rate with p99 under ${p99BoundMs} ms`,
    ...rest.steps.map(
      (step) => `${step.perSecond}/s`.padEnd(12) + `p99 ${step.p99Ms} ms  ${step.held ? 'held' : 'not held'}`,
    ),
    `highest             ${settledPerSecond}/s, p99 ${rest.p99Ms} ms; callers who wait reach ${rest.closedPerSecond}/s`,
    `floor               ${floorPerSecond}/s, ratio ${ratio}`,
    `audit               ${auditLine(audit)}`,
  ];
  return `${lines.join('\n')}\n`;
}
