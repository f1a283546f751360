import { measureRebuild } from '../audit/measure-rebuild.js';
import type { BenchOptions } from '../bench-options.js';
import type { Progress } from '../bench.js';
import type { Teardown } from '../processes/teardown.js';
import { median } from '../report/median.js';
import { warnings } from '../report/table.js';
import { GATHER_STATISTICS, rateOf } from '../rounds.js';
import { spread } from '../scenario/spread.js';
import { auditGrown, GROWN_COMPANIES, openGrownLedger, type GrownSide } from './grown-ledger.js';
import { atLeast, checkLines, type Study, type StudyResult } from './study.js';

/** What redemptions may lose to a rebuild. */
const RATIO_MIN = 0.6;

interface RebuildRound {
  readonly alone: number;
  readonly beside: number;
  /** Rebuilds that ended in the second half, and what they folded in a second beside the load. */
  readonly rebuilds: number;
  readonly rebuiltPerSecond: number;
}

export interface RebuildResult extends StudyResult {
  readonly events: number;
  readonly wallets: number;
  readonly rounds: readonly RebuildRound[];
}

/** `spread` on a ledger that has grown, in turns alone and while its projections are rebuilt, again and again. */
export const rebuild: Study = {
  name: 'rebuild',
  scenario: { ...spread, name: 'rebuild', companies: GROWN_COMPANIES },
  seconds: 30,
  events: 500_000,
  async run(options, teardown, progress) {
    const result = await runRebuild(options, teardown, progress);
    const lines = [
      `spread on a ledger of ${result.events} events in ${result.wallets} wallets while projections are rebuilt, queue in ${result.queue}`,
      ...warnings(result),
      ...result.rounds.map(
        ({ alone, beside, rebuilds, rebuiltPerSecond }, i) =>
          `round ${i + 1}             alone ${alone}/s, beside ${rebuilds} rebuilds (${rebuiltPerSecond} events/s) ${beside}/s`,
      ),
      `settled/s (median)  beside ${result.settledPerSecond}, alone ${result.floorPerSecond}, ratio ${result.ratio}`,
      ...checkLines(result.checks),
      `audit               ${result.audit.events} events, ${result.audit.answers} answers: ${result.audit.findingsTotal} findings`,
    ];
    return { result, table: `${lines.join('\n')}\n` };
  },
};

async function runRebuild(options: BenchOptions, teardown: Teardown, progress: Progress): Promise<RebuildResult> {
  progress('Starting PostgreSQL, the worker and the API …');
  const { side, made } = await openGrownLedger(options, teardown, progress);
  const { stage } = side;
  await stage.client.query('CHECKPOINT');
  progress(`Warming up, ${options.warmUpSeconds} s …`);
  await loadFor(side, options.warmUpSeconds);
  await stage.client.query(GATHER_STATISTICS);
  const rounds: RebuildRound[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    const seconds = options.seconds / options.rounds;
    const alone = await loadFor(side, seconds);
    const { beside, ...rebuilt } = await loadBesideRebuilds(side, seconds);
    rounds.push({ alone, beside, ...rebuilt });
    progress(`Round ${round} of ${options.rounds}: alone ${alone}/s, beside ${rebuilt.rebuilds} rebuilds ${beside}/s`);
  }
  progress('Auditing the ledger …');
  await stage.close();
  const audit = await auditGrown(side, made.wallets);
  const settledPerSecond = median(rounds.map(({ beside }) => beside));
  const floorPerSecond = median(rounds.map(({ alone }) => alone));
  const ratio = median(rounds.map(({ alone, beside }) => Math.round((beside / Math.max(1, alone)) * 1_000) / 1_000));
  return {
    scenario: 'rebuild',
    settledPerSecond,
    floorPerSecond,
    ratio,
    events: made.events,
    wallets: made.wallets,
    rounds,
    checks: [atLeast('redemptions during a rebuild to those without', ratio, RATIO_MIN, '')],
    audit,
    ...stage.madeIn(options.seconds),
  };
}

async function loadFor({ load, order, stage }: GrownSide, seconds: number): Promise<number> {
  const outcome = await load.ask('run', { ...order, seconds });
  await stage.settle();
  return rateOf(outcome);
}

/** One rebuild after the other, as an operator runs it, for as long as the load lasts; the last one is waited for. */
async function loadBesideRebuilds(side: GrownSide, seconds: number): Promise<Omit<RebuildRound, 'alone'>> {
  const { connectionString, server } = side.stage.database;
  const database = { connectionString, postmasterPid: server.pid };
  const rates: number[] = [];
  let isOver = false;
  const rebuilding = (async () => {
    while (!isOver) rates.push((await measureRebuild(database)).eventsPerSecond);
  })();
  const beside = await loadFor(side, seconds).finally(() => (isOver = true));
  await rebuilding;
  return { beside, rebuilds: rates.length, rebuiltPerSecond: median(rates) };
}
