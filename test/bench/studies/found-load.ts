import type { BenchOptions } from '../bench-options.js';
import type { Progress } from '../bench.js';
import type { LoadOrder, LoadTasks } from '../load/load-process.js';
import type { BenchProcess } from '../processes/bench-process.js';
import type { Teardown } from '../processes/teardown.js';
import { GATHER_STATISTICS } from '../rounds.js';
import { spread } from '../scenario/spread.js';
import { Stage } from '../stage.js';
import { findRate, type FoundRate } from './find-rate.js';

/** Unless the command line says otherwise: what the highest rate has to hold. */
const BOUND_MS = 200;

/** An engine that is warm, and the highest rate of redemptions it holds. */
export interface FoundLoad {
  readonly stage: Stage;
  readonly load: BenchProcess<LoadTasks>;
  readonly order: LoadOrder;
  /** What the highest rate had to hold. */
  readonly p99Ms: number;
  readonly found: FoundRate;
}

/** How every study begins that asks about a part, or a multiple, of the highest rate. */
export async function findLoad(
  options: BenchOptions,
  stepSeconds: number,
  teardown: Teardown,
  progress: Progress,
): Promise<FoundLoad> {
  progress('Starting PostgreSQL, the worker and the API …');
  const stage = await Stage.open(options, teardown);
  progress(`Seeding ${options.wallets} wallets …`);
  const { order } = await stage.load(spread, options);
  await stage.client.query(GATHER_STATISTICS);
  const load = await stage.process<LoadTasks>('load generator', 'load/load-process.js');
  await load.ask('run', { ...order, seconds: options.warmUpSeconds });
  await stage.client.query(GATHER_STATISTICS);
  const p99Ms = options.p99Ms ?? BOUND_MS;
  const found = await findRate({ stage, load, order, known: options.perSecond, p99Ms, stepSeconds, progress });
  return { stage, load, order, p99Ms, found };
}
