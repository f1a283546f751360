import type pg from 'pg';

import type { Engine } from './engine/engine.js';
import type { FloorOrder, FloorOutcome, FloorTasks } from './floor/floor-process.js';
import type { LoadOrder, LoadTasks } from './load/load-process.js';
import type { LoadOutcome } from './load/tally.js';
import type { BenchOptions } from './options.js';
import type { BenchProcess } from './processes/bench-process.js';
import { meter, type RoundCost } from './round-cost.js';

/**
 * Autovacuum gathers statistics within a minute or two; a run of seconds must not measure the plans that PostgreSQL makes before it
 * knows a table. For both sides alike.
 */
export const GATHER_STATISTICS = 'ANALYZE';

export interface Contest {
  readonly options: BenchOptions;
  readonly engine: Engine;
  readonly load: BenchProcess<LoadTasks>;
  readonly loadOrder: LoadOrder;
  readonly floor: BenchProcess<FloorTasks>;
  readonly floorOrder: FloorOrder;
  readonly client: pg.Client;
  readonly postmasterPid: number;
}

export interface Measured<T> {
  readonly outcome: T;
  readonly cost: RoundCost;
}

export interface Rounds {
  readonly engine: readonly Measured<LoadOutcome>[];
  readonly floor: readonly Measured<FloorOutcome>[];
  /** By the floor, its warm-up included. */
  readonly floorSettled: number;
}

/** Warms both sides up, then measures them in turns, so that whatever else the machine does hits both. */
export async function runRounds(contest: Contest, progress: (what: string) => void): Promise<Rounds> {
  const { options, engine, load, floor, client, postmasterPid } = contest;
  const seconds = options.seconds / options.rounds;
  const engineMeters = {
    pids: { api: engine.api.pid, worker: engine.worker.pid, load: load.pid },
    postmasterPid,
    database: client,
  };
  const floorMeters = { pids: { floor: floor.pid }, postmasterPid, database: client };
  progress(`Warming up, ${options.warmUpSeconds} s each …`);
  await load.ask('run', contest.loadOrder);
  const warmUp = await floor.ask('run', contest.floorOrder);
  await client.query(GATHER_STATISTICS);

  const engineRounds: Measured<LoadOutcome>[] = [];
  const floorRounds: Measured<FloorOutcome>[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    const ofEngine = await meter(engineMeters, () => load.ask('run', { ...contest.loadOrder, seconds }));
    const ofFloor = await meter(floorMeters, () => floor.ask('run', { ...contest.floorOrder, seconds }));
    await Promise.all([engine.api.assertRunning(), engine.worker.assertRunning()]);
    engineRounds.push(ofEngine);
    floorRounds.push(ofFloor);
    const rate = ({ settled, elapsedSeconds }: FloorOutcome | LoadOutcome) => Math.round(settled / elapsedSeconds);
    progress(
      `Round ${round} of ${options.rounds}: engine ${rate(ofEngine.outcome)}/s, floor ${rate(ofFloor.outcome)}/s`,
    );
  }
  const floorSettled = floorRounds.reduce((sum, { outcome }) => sum + outcome.settled, warmUp.settled);
  return { engine: engineRounds, floor: floorRounds, floorSettled };
}
