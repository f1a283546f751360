import { Latencies, type LatencySummary } from './load/latencies.js';
import type { BenchOptions } from './bench-options.js';
import { median } from './report/median.js';
import type { RunProvenance } from './report/provenance.js';
import type { BenchResult, Round } from './report/result.js';
import { costPerRedemption } from './round-cost.js';
import { rateOf, type Rounds } from './rounds.js';

type Given = RunProvenance &
  Pick<BenchResult, 'floorConnections' | 'pgbenchPerSecond' | 'memoryMb' | 'counts' | 'audit' | 'postgresSettings'>;

export interface Run extends Given {
  readonly options: BenchOptions;
  readonly rounds: Rounds;
}

/** Brings a run's figures into the shape that is printed. */
export function summarise({ options, rounds: { engine, floor, beside }, ...given }: Run): BenchResult {
  const engineOutcomes = engine.map(({ outcome }) => outcome);
  const floorOutcomes = floor.map(({ outcome }) => outcome);
  const rounds = engineOutcomes.map((outcome, index): Round => {
    const other = floorOutcomes[index] ?? outcome;
    const turn = beside[index];
    return {
      settledPerSecond: rateOf(outcome),
      floorPerSecond: rateOf(other),
      latencyMs: Latencies.sum([outcome.latencies]).summary(),
      floorLatencyMs: Latencies.sum([other.latencies]).summary(),
      besidePerSecond: turn === undefined ? null : rateOf(turn),
    };
  });
  const settledPerSecond = median(rounds.map((round) => round.settledPerSecond));
  const floorPerSecond = median(rounds.map((round) => round.floorPerSecond));
  const ratios = rounds.map((round) => ratioOf(round.settledPerSecond, round.floorPerSecond));
  const statuses = sumCounts(engineOutcomes.map((outcome) => outcome.statuses));
  const errors = sumCounts(engineOutcomes.map((outcome) => outcome.errors));
  return {
    scenario: options.scenario.name,
    settledPerSecond,
    floorPerSecond,
    ratio: ratioOf(settledPerSecond, floorPerSecond),
    ratioSpread: [Math.min(...ratios), Math.max(...ratios)],
    beside: besideOf(options, rounds, settledPerSecond),
    perSecond: options.perSecond ?? null,
    warmUpSeconds: options.warmUpSeconds,
    wallets: options.wallets,
    connections: options.connections,
    rounds,
    latencyMs: Latencies.sum(engineOutcomes.map(({ latencies }) => latencies)).summary(),
    otherLatencyMs: otherLatencies(engineOutcomes.map(({ others }) => others)),
    floorLatencyMs: Latencies.sum(floorOutcomes.map(({ latencies }) => latencies)).summary(),
    statuses,
    non2xx: sum(Object.entries(statuses).flatMap(([status, count]) => (status.startsWith('2') ? [] : [count]))),
    errors,
    errorsTotal: sum(Object.values(errors)),
    costPerRedemption: costPerRedemption(
      engine.map(({ cost }) => cost),
      sum(engineOutcomes.map(({ settled }) => settled)),
    ),
    floorCostPerRedemption: costPerRedemption(
      floor.map(({ cost }) => cost),
      sum(floorOutcomes.map(({ settled }) => settled)),
    ),
    ...given,
  };
}

function ratioOf(rate: number, to: number): number {
  return to === 0 ? 0 : Math.round((rate / to) * 1000) / 1000;
}

function besideOf(
  { scenario }: BenchOptions,
  rounds: readonly Round[],
  settledPerSecond: number,
): BenchResult['beside'] {
  const rates = rounds.flatMap(({ besidePerSecond }) => besidePerSecond ?? []);
  if (scenario.beside === undefined || rates.length === 0) return null;
  const other = median(rates);
  return { scenario: scenario.beside, settledPerSecond: other, ratio: ratioOf(settledPerSecond, other) };
}

/** Of several rounds, by what the calls were. */
export function otherLatencies(
  rounds: readonly Readonly<Record<string, string>>[],
): Readonly<Record<string, LatencySummary>> {
  const kinds = [...new Set(rounds.flatMap((each) => Object.keys(each)))];
  const of = (kind: string) => rounds.flatMap((each) => each[kind] ?? []);
  return Object.fromEntries(kinds.map((kind) => [kind, Latencies.sum(of(kind)).summary()]));
}

export function sumCounts(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [name, count] of counts.flatMap((each) => Object.entries(each))) total[name] = (total[name] ?? 0) + count;
  return total;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
