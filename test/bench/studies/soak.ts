import { auditLedger } from '../audit/audit-ledger.js';
import type { BenchOptions } from '../bench-options.js';
import type { Progress } from '../bench.js';
import { memoryOf } from '../engine/memory.js';
import { Latencies, type LatencySummary } from '../load/latencies.js';
import type { LoadOutcome } from '../load/tally.js';
import type { Teardown } from '../processes/teardown.js';
import { median } from '../report/median.js';
import { auditLine, latencyRow, warnings } from '../report/table.js';
import { POINTS_SEEDED } from '../scenario/scenario.js';
import { spread } from '../scenario/spread.js';
import { sumCounts } from '../summarise.js';
import { findLoad } from './found-load.js';
import { atMost, checkLines, type Study, type StudyResult } from './study.js';

const STEP_SECONDS = 2;
const LOAD = 0.7;
/** The first look: after two of the twenty minutes, or as early a part of a shorter soak. */
const FIRST_PART = 0.1;
/** The load comes in pieces, so that its process keeps only a piece's answers. */
const PIECE_SECONDS = 10;
/** Resident memory goes up and down with the garbage: a look is the median of so many samples around it. */
const SAMPLES = 6;

export interface SoakResult extends StudyResult {
  readonly minutes: number;
  readonly perSecond: number;
  /** API and worker together: after each piece of ten seconds. */
  readonly samplesMb: readonly number[];
  readonly earlyMb: number;
  readonly lateMb: number;
  readonly latencyMs: LatencySummary;
  readonly statuses: LoadOutcome['statuses'];
}

/** Twenty minutes at 70 % of the highest rate: memory at the end to memory after two minutes. */
export const soak: Study = {
  name: 'soak',
  scenario: { ...spread, name: 'soak' },
  seconds: 12,
  async run(options, teardown, progress) {
    const result = await runSoak(options, teardown, progress);
    return { result, table: soakTable(result) };
  },
};

async function runSoak(options: BenchOptions, teardown: Teardown, progress: Progress): Promise<SoakResult> {
  const { stage, load, order, found } = await findLoad(options, STEP_SECONDS, teardown, progress);
  const perSecond = Math.max(1, Math.round(found.highest * LOAD));
  progress(`${perSecond} arrivals/s for ${options.minutes} minutes …`);
  const pieces: LoadOutcome[] = [];
  const samplesMb: number[] = [];
  const count = Math.max(SAMPLES, Math.round((options.minutes * 60) / PIECE_SECONDS));
  for (let piece = 0; piece < count; piece++) {
    pieces.push(await load.ask('run', { ...order, perSecond, seconds: (options.minutes * 60) / count }));
    samplesMb.push(memoryOf(stage.engine).together ?? 0);
    if (piece % SAMPLES === SAMPLES - 1) progress(`${samplesMb.at(-1)} MB after ${piece + 1} of ${count} pieces`);
  }
  progress('Waiting for what is under way, then auditing the ledger …');
  await stage.close();
  const audit = await auditLedger(stage.client, { answers: stage.answersFile, earned: BigInt(POINTS_SEEDED) });
  const first = Math.max(SAMPLES, Math.round(count * FIRST_PART));
  const earlyMb = median(samplesMb.slice(first - SAMPLES, first));
  const lateMb = median(samplesMb.slice(-SAMPLES));
  const ratio = Math.round((lateMb / Math.max(1, earlyMb)) * 1_000) / 1_000;
  const settled = pieces.reduce((sum, piece) => sum + piece.settled, 0);
  const seconds = pieces.reduce((sum, piece) => sum + piece.elapsedSeconds, 0);
  return {
    scenario: 'soak',
    settledPerSecond: Math.round(settled / seconds),
    floorPerSecond: found.highest,
    ratio,
    minutes: options.minutes,
    perSecond,
    samplesMb,
    earlyMb,
    lateMb,
    latencyMs: Latencies.sum(pieces.map(({ latencies }) => latencies)).summary(),
    statuses: sumCounts(pieces.map(({ statuses }) => statuses)),
    checks: [atMost('memory at the end to that after a tenth of the time', ratio, 1.15, '')],
    audit,
    ...stage.madeIn(Math.round(seconds)),
  };
}

function soakTable(result: SoakResult): string {
  const lines = [
    `Soak of spread, queue in ${result.queue}: ${result.perSecond} arrivals/s for ${result.minutes} minutes`,
    ...warnings(result),
    `settled/s           ${result.settledPerSecond}`,
    `memory              ${result.earlyMb} MB after a tenth of the time, ${result.lateMb} MB at the end`,
    latencyRow('latency', result.latencyMs),
    ...checkLines(result.checks),
    `audit               ${auditLine(result.audit)}`,
  ];
  return `${lines.join('\n')}\n`;
}
