import { Latencies } from '../load/latencies.js';
import type { LoadOrder, LoadTasks } from '../load/load-process.js';
import type { LoadOutcome } from '../load/tally.js';
import type { BenchProcess } from '../processes/bench-process.js';
import { rateOf } from '../rounds.js';
import type { Stage } from '../stage.js';

/** One rate that was tried in an open loop. */
export interface RateStep {
  readonly perSecond: number;
  readonly settledPerSecond: number;
  readonly p99Ms: number;
  /** Whether all that came was served, with the 99th percentile under the bound. */
  readonly held: boolean;
}

export interface FoundRate {
  /** The highest arrivals a second that held; 0 when none did. */
  readonly highest: number;
  readonly p99Ms: number;
  /** What callers who wait for their answers reach: where the search begins. */
  readonly closedPerSecond: number;
  readonly steps: readonly RateStep[];
}

export interface FindRate {
  readonly stage: Stage;
  readonly load: BenchProcess<LoadTasks>;
  readonly order: LoadOrder;
  readonly p99Ms: number;
  /** Set: the rate that was looked for before; it is only tried. */
  readonly known: number | undefined;
  /** How long each rate is tried. */
  readonly stepSeconds: number;
  /** What is done after each try: the floor's turn, for instance. */
  readonly between?: () => Promise<void>;
  readonly progress: (what: string) => void;
}

const STEPS = 6;
/** The first try, as a part of what callers who wait reach; and how much more or less is tried until both sides of the bound are known. */
const FIRST = 0.7;
const UP = 1.4;
const DOWN = 0.6;
/** That many of those wanted have to be served for the rate to count as held, but for what arrivals at random vary by (standard deviations). */
const SERVED_MIN = 0.93;
const DEVIATIONS = 3;

/**
 * The highest rate of arrivals, in an open loop, that is served whole with the 99th percentile under a bound: from a part of what a closed loop
 * reaches up or down until the bound lies between two rates, and then by halving. One that does not hold is tried twice.
 */
export async function findRate(find: FindRate): Promise<FoundRate> {
  const { stage, load, order, p99Ms, known, stepSeconds, progress } = find;
  const closed = await load.ask('run', { ...order, seconds: stepSeconds, perSecond: undefined });
  await stage.settle();
  const closedPerSecond = rateOf(closed);
  progress(`Callers who wait reach ${closedPerSecond}/s; looking for the highest rate with p99 under ${p99Ms} ms …`);
  let high: number | undefined;
  let best: RateStep | undefined;
  const steps: RateStep[] = [];
  for (let step = 0; step < (known === undefined ? STEPS : 1); step++) {
    const perSecond = known ?? Math.max(1, Math.round(nextRate(best?.perSecond, high) ?? closedPerSecond * FIRST));
    let tried = await tryRate(perSecond, find);
    // A moment's stall of the machine is nothing about the rate.
    if (!tried.held && known === undefined) tried = await tryRate(perSecond, find);
    steps.push(tried);
    progress(`${perSecond}/s: p99 ${tried.p99Ms} ms, ${tried.held ? 'held' : 'not held'}`);
    if (tried.held || known !== undefined) best = tried;
    else high = perSecond;
  }
  return { highest: best?.perSecond ?? 0, p99Ms: best?.p99Ms ?? 0, closedPerSecond, steps };
}

async function tryRate(perSecond: number, find: FindRate): Promise<RateStep> {
  const { stage, load, order, stepSeconds, between } = find;
  const outcome = await load.ask('run', { ...order, seconds: stepSeconds, perSecond });
  await stage.settle();
  await between?.();
  return judge(outcome, perSecond, find);
}

function nextRate(held: number | undefined, notHeld: number | undefined): number | undefined {
  if (notHeld === undefined) return held === undefined ? undefined : held * UP;
  return held === undefined ? notHeld * DOWN : (held + notHeld) / 2;
}

function judge(outcome: LoadOutcome, perSecond: number, { p99Ms, stepSeconds }: FindRate): RateStep {
  const p99 = Latencies.sum([outcome.latencies]).summary().p99;
  const settledPerSecond = rateOf(outcome);
  const failed =
    Object.keys(outcome.errors).length > 0 || Object.keys(outcome.statuses).some((status) => !status.startsWith('2'));
  const least = perSecond * SERVED_MIN - DEVIATIONS * Math.sqrt(perSecond / stepSeconds);
  const held = !failed && p99 <= p99Ms && settledPerSecond >= least;
  return { perSecond, settledPerSecond, p99Ms: p99, held };
}
