import { auditLedger } from '../audit/audit-ledger.js';
import type { BenchOptions } from '../bench-options.js';
import type { Progress } from '../bench.js';
import { Latencies, type LatencySummary } from '../load/latencies.js';
import type { Teardown } from '../processes/teardown.js';
import { auditLine, latencyRow, warnings } from '../report/table.js';
import { halfReads } from '../scenario/half-reads.js';
import { POINTS_SEEDED } from '../scenario/scenario.js';
import { spread } from '../scenario/spread.js';
import type { FoundRate } from './find-rate.js';
import { findLoad } from './found-load.js';
import { atMost, checkLines, type Study, type StudyResult } from './study.js';

/** Of the seconds, for each of the six tries of the search, for each of the two runs at half of what it found, and for one caller alone. */
const PARTS = { step: 0.08, half: 0.2, idle: 0.12 };

export interface LatencyResult extends StudyResult {
  readonly found: FoundRate;
  /** At half of the highest rate, with as many looks at wallets in between: from the moment each was due. */
  readonly halfMs: LatencySummary;
  readonly walletMs: LatencySummary;
  /** How late the load generator itself was. */
  readonly lagMs: LatencySummary;
  /** One redemption after the other on an idle system. */
  readonly idleMs: LatencySummary;
}

/** How long callers wait: at half of the highest rate, and on an idle system. */
export const latency: Study = {
  name: 'latency',
  scenario: { ...spread, name: 'latency' },
  seconds: 30,
  run: runLatency,
};

async function runLatency(options: BenchOptions, teardown: Teardown, progress: Progress) {
  const seconds = (part: keyof typeof PARTS) => Math.max(1, options.seconds * PARTS[part]);
  const { stage, load, order, p99Ms, found } = await findLoad(options, seconds('step'), teardown, progress);
  const half = Math.max(1, Math.round(found.highest / 2));
  progress(`${half} redemptions and as many looks at wallets a second …`);
  const mixedOrder = { ...order, scenario: halfReads.name, perSecond: half * 2, seconds: seconds('half') };
  // The search asked for no wallets: what they take is warm after the first of two runs.
  await load.ask('run', mixedOrder);
  await stage.settle();
  const atHalf = await load.ask('run', mixedOrder);
  await stage.settle();
  progress('One after the other …');
  const alone = await load.ask('run', { ...order, connections: 1, seconds: seconds('idle') });
  await stage.close();
  const audit = await auditLedger(stage.client, { answers: stage.answersFile, earned: BigInt(POINTS_SEEDED) });
  const summaryOf = (encoded: string | undefined) => Latencies.sum(encoded === undefined ? [] : [encoded]).summary();
  const halfMs = summaryOf(atHalf.latencies);
  const walletMs = summaryOf(atHalf.others['wallet']);
  const idleMs = summaryOf(alone.latencies);
  const result: LatencyResult = {
    scenario: 'latency',
    settledPerSecond: found.highest,
    floorPerSecond: found.closedPerSecond,
    ratio: Math.round((found.highest / Math.max(1, found.closedPerSecond)) * 1_000) / 1_000,
    found,
    halfMs,
    walletMs,
    idleMs,
    lagMs: summaryOf(atHalf.lag),
    checks: [
      atMost('p99 of a settled redemption at half of the highest rate', halfMs.p99, 80, ' ms'),
      atMost('p99 of GET wallet meanwhile', walletMs.p99, 25, ' ms'),
      atMost('one redemption on an idle system, p50', idleMs.p50, 15, ' ms'),
    ],
    audit,
    ...stage.madeIn(options.seconds),
  };
  return { result, table: latencyTable(result, p99Ms) };
}

function latencyTable(result: LatencyResult, p99Ms: number): string {
  const { found } = result;
  const lines = [
    `Latency of spread, queue in ${result.queue}`,
    ...warnings(result),
    `highest rate        ${found.highest}/s with p99 ${found.p99Ms} ms (bound ${p99Ms} ms); callers who wait reach ${found.closedPerSecond}/s`,
    latencyRow('at half of it', result.halfMs),
    latencyRow('GET wallet', result.walletMs),
    latencyRow('idle', result.idleMs),
    latencyRow('generator’s lag', result.lagMs),
    ...checkLines(result.checks),
    `audit               ${auditLine(result.audit)}`,
  ];
  return `${lines.join('\n')}\n`;
}
