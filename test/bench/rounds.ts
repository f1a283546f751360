import type { BenchOptions } from './bench-options.js';
import type { FloorOrder, FloorOutcome, FloorTasks } from './floor/floor-process.js';
import type { LoadOrder, LoadTasks } from './load/load-process.js';
import type { LoadOutcome } from './load/tally.js';
import type { BenchProcess } from './processes/bench-process.js';
import { meter, type RoundCost } from './round-cost.js';
import type { Stage } from './stage.js';

/**
 * Autovacuum gathers statistics within a minute or two; a run of seconds must not measure the plans that PostgreSQL makes before it
 * knows a table. For both sides alike.
 */
export const GATHER_STATISTICS = 'ANALYZE';

export interface Contest {
  readonly options: Pick<BenchOptions, 'seconds' | 'rounds' | 'warmUpSeconds'>;
  readonly stage: Stage;
  readonly load: BenchProcess<LoadTasks>;
  readonly loadOrder: LoadOrder;
  /** Another scenario that takes turns with it on the same engine. */
  readonly besideOrder: LoadOrder | undefined;
  readonly floor: BenchProcess<FloorTasks>;
  readonly floorOrder: FloorOrder;
}

export interface Measured<T> {
  readonly outcome: T;
  readonly cost: RoundCost;
}

export interface Rounds {
  readonly engine: readonly Measured<LoadOutcome>[];
  /** Empty where nothing takes turns with it. */
  readonly beside: readonly LoadOutcome[];
  readonly floor: readonly Measured<FloorOutcome>[];
  /** By the floor, its warm-up included. */
  readonly floorSettled: number;
}

/** Warms all sides up, then measures them in turns, so that whatever else the machine does hits each of them. */
export async function runRounds(contest: Contest, progress: (what: string) => void): Promise<Rounds> {
  const { options, stage, load, floor, besideOrder } = contest;
  const seconds = options.seconds / options.rounds;
  const engineMeters = metersOf(stage, { ...enginePids(stage), load: load.pid });
  const floorMeters = metersOf(stage, { floor: floor.pid });
  progress(`Warming up, ${options.warmUpSeconds} s each …`);
  const warm = { seconds: options.warmUpSeconds };
  await load.ask('run', { ...contest.loadOrder, ...warm });
  if (besideOrder !== undefined) await load.ask('run', { ...besideOrder, ...warm });
  await stage.settle();
  const warmUp = await floor.ask('run', { ...contest.floorOrder, ...warm });
  await stage.client.query(GATHER_STATISTICS);

  const engineRounds: Measured<LoadOutcome>[] = [];
  const besideRounds: LoadOutcome[] = [];
  const floorRounds: Measured<FloorOutcome>[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    const ofEngine = await meter(engineMeters, async () => {
      const outcome = await load.ask('run', { ...contest.loadOrder, seconds });
      // What was accepted and not awaited is part of the cost, and must not run into the floor's turn.
      await stage.settle();
      return outcome;
    });
    if (besideOrder !== undefined) besideRounds.push(await load.ask('run', { ...besideOrder, seconds }));
    await stage.settle();
    const ofFloor = await meter(floorMeters, () => floor.ask('run', { ...contest.floorOrder, seconds }));
    await Promise.all([stage.engine.api.assertRunning(), stage.engine.worker.assertRunning()]);
    engineRounds.push(ofEngine);
    floorRounds.push(ofFloor);
    const beside = besideRounds.at(-1);
    const other = beside === undefined ? '' : `, ${besideOrder?.scenario} ${rateOf(beside)}/s`;
    progress(
      `Round ${round} of ${options.rounds}: engine ${rateOf(ofEngine.outcome)}/s${other}, floor ${rateOf(ofFloor.outcome)}/s`,
    );
  }
  const floorSettled = floorRounds.reduce((sum, { outcome }) => sum + outcome.settled, warmUp.settled);
  return { engine: engineRounds, beside: besideRounds, floor: floorRounds, floorSettled };
}

/** Of what a round counts, a second. */
export function rateOf({ settled, elapsedSeconds }: { settled: number; elapsedSeconds: number }): number {
  return Math.round(settled / elapsedSeconds);
}

export function enginePids({ engine }: Stage): Readonly<Record<string, number>> {
  return { api: engine.api.pid, worker: engine.worker.pid };
}

function metersOf({ client, database }: Stage, pids: Readonly<Record<string, number>>) {
  return { pids, postmasterPid: database.server.pid, database: client };
}
