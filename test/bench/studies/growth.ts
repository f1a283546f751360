import type { BenchOptions } from '../bench-options.js';
import type { Progress } from '../bench.js';
import type { LoadTasks } from '../load/load-process.js';
import type { Teardown } from '../processes/teardown.js';
import { median } from '../report/median.js';
import { warnings } from '../report/table.js';
import { GATHER_STATISTICS, rateOf } from '../rounds.js';
import { spread } from '../scenario/spread.js';
import { Stage } from '../stage.js';
import { auditGrown, GROWN_COMPANIES, openGrownLedger, type GrownSide } from './grown-ledger.js';
import { atLeast, checkLines, type Study, type StudyResult } from './study.js';

export interface GrowthResult extends StudyResult {
  readonly events: number;
  readonly wallets: number;
  readonly rounds: readonly { readonly grown: number; readonly empty: number }[];
}

/** `spread` on the wallets of a ledger that has grown, and on as many wallets of an empty one, in turns. */
export const growth: Study = {
  name: 'growth',
  scenario: { ...spread, name: 'growth', companies: GROWN_COMPANIES },
  seconds: 15,
  async run(options, teardown, progress) {
    const result = await runGrowth(options, teardown, progress);
    const lines = [
      `spread on a ledger of ${result.events} events in ${result.wallets} wallets, queue in ${result.queue}`,
      ...warnings(result),
      ...result.rounds.map(({ grown, empty }, i) => `round ${i + 1}             grown ${grown}/s, empty ${empty}/s`),
      `settled/s (median)  grown ${result.settledPerSecond}, empty ${result.floorPerSecond}, ratio ${result.ratio}`,
      ...checkLines(result.checks),
      `audit               ${result.audit.events} events, ${result.audit.answers} answers: ${result.audit.findingsTotal} findings`,
    ];
    return { result, table: `${lines.join('\n')}\n` };
  },
};

async function runGrowth(options: BenchOptions, teardown: Teardown, progress: Progress): Promise<GrowthResult> {
  progress('Starting PostgreSQL, the worker and the API, twice …');
  const { side: grown, made } = await openGrownLedger(options, teardown, progress);
  const { connections } = options;
  const emptyStage = await Stage.open(options, teardown);
  const staged = await emptyStage.load(
    { ...spread, companies: GROWN_COMPANIES },
    { wallets: made.wallets, connections },
  );
  const empty: GrownSide = {
    stage: emptyStage,
    load: await emptyStage.process<LoadTasks>('load generator', 'load/load-process.js'),
    order: staged.order,
    companyIds: [],
  };
  const run = async ({ load, order, stage }: GrownSide, seconds: number) => {
    const outcome = await load.ask('run', { ...order, seconds });
    await stage.settle();
    return rateOf(outcome);
  };
  for (const side of [grown, empty]) {
    await side.stage.client.query('CHECKPOINT');
    await run(side, options.warmUpSeconds);
    await side.stage.client.query(GATHER_STATISTICS);
  }
  const rounds: { grown: number; empty: number }[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    const seconds = options.seconds / options.rounds;
    const rates = { grown: await run(grown, seconds), empty: await run(empty, seconds) };
    rounds.push(rates);
    progress(`Round ${round} of ${options.rounds}: grown ${rates.grown}/s, empty ${rates.empty}/s`);
  }
  progress('Auditing the ledger that has grown …');
  await emptyStage.close();
  await grown.stage.close();
  const audit = await auditGrown(grown, made.wallets);
  const settledPerSecond = median(rounds.map((round) => round.grown));
  const floorPerSecond = median(rounds.map((round) => round.empty));
  const ratio = Math.round((settledPerSecond / Math.max(1, floorPerSecond)) * 1_000) / 1_000;
  return {
    scenario: 'growth',
    settledPerSecond,
    floorPerSecond,
    ratio,
    events: made.events,
    wallets: made.wallets,
    rounds,
    checks: [atLeast('a grown ledger to an empty one', ratio, 0.85, '')],
    audit,
    ...grown.stage.madeIn(options.seconds),
  };
}
