import type { GrowthResult } from '../studies/growth.js';
import type { LatencyResult } from '../studies/latency.js';
import type { SoakResult } from '../studies/soak.js';
import type { StartResult } from '../studies/start.js';
import type { BenchResult } from '../report/result.js';
import type { SavedResult, SavedResults } from '../report/saved-results.js';

/** A row of what has to be shown: the figure, and what it must and is meant to be. */
export interface Row {
  readonly what: string;
  /** Undefined: not measured yet. */
  readonly found: number | undefined;
  readonly must: number;
  readonly aim: number;
  readonly unit: string;
  /** Whether more is better. */
  readonly isMore: boolean;
  readonly detail: string;
  readonly saved: SavedResult | undefined;
}

/** The rows of the table, each from the newest result of its command. */
export function rowsOf(results: SavedResults): readonly Row[] {
  const bench = (key: string) => results[key] as (SavedResult & { readonly result: BenchResult }) | undefined;
  const toFloor = (what: string, key: string, must: number, aim: number): Row => {
    const saved = bench(key);
    const { result } = saved ?? {};
    const detail =
      result === undefined ? '' : `${result.settledPerSecond}/s to ${result.floorPerSecond}/s${causeOf(result)}`;
    return { what, found: result?.ratio, must, aim, unit: '', isMore: true, detail, saved };
  };
  const beside = (what: string, keys: readonly string[], must: number, aim: number): Row => {
    const saved = keys.map(bench).find((one) => one !== undefined);
    const { result } = saved ?? {};
    const other = result?.beside;
    const detail = other == null ? '' : `${result?.settledPerSecond}/s to ${other.settledPerSecond}/s`;
    return { what, found: other?.ratio, must, aim, unit: '', isMore: true, detail, saved };
  };
  const pick = (name: string) => results[`${name}, redis`] ?? results[`${name}, postgres`];
  const latency = pick('latency') as (SavedResult & { readonly result: LatencyResult }) | undefined;
  const growth = pick('growth') as (SavedResult & { readonly result: GrowthResult }) | undefined;
  const soak = pick('soak') as (SavedResult & { readonly result: SoakResult }) | undefined;
  const start = pick('start') as (SavedResult & { readonly result: StartResult }) | undefined;
  const less = (
    what: string,
    found: number | undefined,
    [must, aim]: readonly [number, number],
    unit: string,
    detail: string,
    saved: SavedResult | undefined,
  ): Row => ({ what, found, must, aim, unit, isMore: false, detail, saved });
  const at =
    latency && `at ${Math.round(latency.result.found.highest / 2)}/s, half of ${latency.result.found.highest}/s`;
  return [
    toFloor('`spread`, Redis, to the floor', 'spread, redis', 1.2, 2),
    toFloor('`spread`, embedded default', 'spread, postgres', 0.8, 1.3),
    toFloor('`accept`, Redis', 'accept, redis', 1.8, 3),
    beside('`hot` to `spread`', ['hot, redis', 'hot, postgres'], 0.7, 0.95),
    toFloor('`provider` to a floor with the same call', 'provider, redis', 1, 1.8),
    toFloor('`delayed` to a floor with the same transaction', 'delayed, redis', 1, 1.8),
    beside('`tenants` to `spread`', ['tenants, redis', 'tenants, postgres'], 0.6, 0.9),
    less(
      'p99 of a settled redemption at half of the highest rate',
      latency?.result.halfMs.p99,
      [80, 25],
      ' ms',
      at ?? '',
      latency,
    ),
    less('p99 of `GET wallet` meanwhile', latency?.result.walletMs.p99, [25, 8], ' ms', at ?? '', latency),
    less(
      'one redemption on an idle system, HTTP to committed, p50',
      latency?.result.idleMs.p50,
      [15, 6],
      ' ms',
      'one after the other',
      latency,
    ),
    {
      what: '`spread` on a grown ledger to an empty one',
      found: growth?.result.ratio,
      must: 0.85,
      aim: 0.95,
      unit: '',
      isMore: true,
      detail: growth === undefined ? '' : `${growth.result.events} events before`,
      saved: growth,
    },
    less(
      'memory after a soak at 70 % load to after a tenth of it',
      soak?.result.ratio,
      [1.15, 1.05],
      '',
      soak === undefined
        ? ''
        : `${soak.result.minutes} minutes at ${soak.result.perSecond}/s: ${soak.result.earlyMb} MB, then ${soak.result.lateMb} MB`,
      soak,
    ),
    less(
      '`npm start`, installed and built, to the first settled redemption',
      start?.result.firstSeconds,
      [6, 3],
      ' s',
      start === undefined ? '' : `without data; ${start.result.againSeconds} s with data`,
      start,
    ),
  ];
}

/** Where a row falls short, the processor says why: what each process takes of it for one redemption. */
function causeOf({ costPerRedemption, floorCostPerRedemption }: BenchResult): string {
  const split = ({ cpuMs }: BenchResult['costPerRedemption']) =>
    Object.entries(cpuMs)
      .map(([name, ms]) => `${name} ${ms ?? '?'}`)
      .join(' + ');
  return `; CPU ms a redemption: ${split(costPerRedemption)}, floor: ${split(floorCostPerRedemption)}`;
}
