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
  /** How long each rate is tried. */
  readonly stepSeconds: number;
  /** What is done after each try: the floor's turn, for instance. */
  readonly between?: () => Promise<void>;
  readonly progress: (what: string) => void;
}

/** Halvings of the interval that a closed loop's rate spans: the last is a fiftieth of it wide. */
const STEPS = 5;
const FIRST_LOW = 0.3;
const FIRST_HIGH = 1.1;
/** Arrivals are at random: that many of those wanted have to come and be served for the rate to count as held. */
const SERVED_MIN = 0.93;

/**
 * The highest rate of arrivals, in an open loop, that is served whole with the 99th percentile under a bound: by halving between a part of what
 * a closed loop reaches and a little more than that.
 */
export async function findRate(find: FindRate): Promise<FoundRate> {
  const { stage, load, order, p99Ms, stepSeconds, progress, between } = find;
  const closed = await load.ask('run', { ...order, seconds: stepSeconds, perSecond: undefined });
  await stage.settle();
  const closedPerSecond = rateOf(closed);
  progress(`Callers who wait reach ${closedPerSecond}/s; looking for the highest rate with p99 under ${p99Ms} ms …`);
  let low = Math.round(closedPerSecond * FIRST_LOW);
  let high = Math.round(closedPerSecond * FIRST_HIGH);
  let best: RateStep | undefined;
  const steps: RateStep[] = [];
  for (let step = 0; step < STEPS; step++) {
    const perSecond = Math.max(1, Math.round((low + high) / 2));
    const outcome = await load.ask('run', { ...order, seconds: stepSeconds, perSecond });
    await stage.settle();
    await between?.();
    const tried = judge(outcome, perSecond, p99Ms);
    steps.push(tried);
    progress(`${perSecond}/s: p99 ${tried.p99Ms} ms, ${tried.held ? 'held' : 'not held'}`);
    if (tried.held) {
      best = tried;
      low = perSecond;
    } else {
      high = perSecond;
    }
  }
  return { highest: best?.perSecond ?? 0, p99Ms: best?.p99Ms ?? 0, closedPerSecond, steps };
}

function judge(outcome: LoadOutcome, perSecond: number, p99Ms: number): RateStep {
  const p99 = Latencies.sum([outcome.latencies]).summary().p99;
  const settledPerSecond = rateOf(outcome);
  const failed =
    Object.keys(outcome.errors).length > 0 || Object.keys(outcome.statuses).some((status) => !status.startsWith('2'));
  const held = !failed && p99 <= p99Ms && settledPerSecond >= perSecond * SERVED_MIN;
  return { perSecond, settledPerSecond, p99Ms: p99, held };
}
