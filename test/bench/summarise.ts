import { Latencies } from './load/latencies.js';
import type { BenchOptions } from './options.js';
import { median } from './report/median.js';
import type { BenchResult, Round } from './report/result.js';
import { costPerRedemption } from './round-cost.js';
import type { Rounds } from './rounds.js';

type Given = Pick<
  BenchResult,
  'queue' | 'floorConnections' | 'pgbenchPerSecond' | 'memoryMb' | 'audit' | 'machine' | 'postgresSettings'
>;

export interface Run extends Given {
  readonly options: BenchOptions;
  readonly rounds: Rounds;
}

/** Brings a run's figures into the shape that is printed. */
export function summarise({ options, rounds: { engine, floor }, ...given }: Run): BenchResult {
  const engineOutcomes = engine.map(({ outcome }) => outcome);
  const floorOutcomes = floor.map(({ outcome }) => outcome);
  const rounds = engineOutcomes.map((outcome, index): Round => {
    const beside = floorOutcomes[index] ?? outcome;
    return {
      settledPerSecond: perSecond(outcome),
      floorPerSecond: perSecond(beside),
      latencyMs: Latencies.sum([outcome.latencies]).summary(),
      floorLatencyMs: Latencies.sum([beside.latencies]).summary(),
    };
  });
  const settledPerSecond = median(rounds.map((round) => round.settledPerSecond));
  const floorPerSecond = median(rounds.map((round) => round.floorPerSecond));
  const statuses = sumCounts(engineOutcomes.map((outcome) => outcome.statuses));
  const errors = sumCounts(engineOutcomes.map((outcome) => outcome.errors));
  return {
    scenario: options.scenario.name,
    settledPerSecond,
    floorPerSecond,
    ratio: floorPerSecond === 0 ? 0 : Math.round((settledPerSecond / floorPerSecond) * 1000) / 1000,
    seconds: options.seconds,
    warmUpSeconds: options.warmUpSeconds,
    wallets: options.wallets,
    connections: options.connections,
    rounds,
    latencyMs: Latencies.sum(engineOutcomes.map(({ latencies }) => latencies)).summary(),
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
    at: new Date().toISOString(),
    ...given,
  };
}

function perSecond({ settled, elapsedSeconds }: { settled: number; elapsedSeconds: number }): number {
  return Math.round(settled / elapsedSeconds);
}

function sumCounts(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [name, count] of counts.flatMap((each) => Object.entries(each))) total[name] = (total[name] ?? 0) + count;
  return total;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
