import { appendFile } from 'node:fs/promises';

import { BenchFailure } from '../bench-failure.js';
import { serveTasks } from '../processes/tasks.js';
import type { Target } from '../scenario/scenario.js';
import { scenarioNamed } from '../scenario/scenarios.js';
import { runClosedLoop } from './closed-loop.js';
import { runOpenLoop } from './open-loop.js';
import { Tally, type LoadOutcome } from './tally.js';

export interface LoadOrder extends Target {
  readonly baseUrl: string;
  readonly scenario: string;
  readonly seconds: number;
  /** Callers of the closed loop, or connections an open loop begins with. */
  readonly connections: number;
  /** Set: an open loop has no more than these, as a balancer's pool is bounded. */
  readonly isPoolBounded?: boolean;
  /** Set: arrivals come at this rate, in an open loop. */
  readonly perSecond?: number | undefined;
  /** What answers spoke of is added to this file, a JSON object a line, for the audit. */
  readonly answersFile: string;
}

/** What the load process can be asked for. */
export interface LoadTasks {
  run(order: LoadOrder): Promise<LoadOutcome>;
}

async function run(order: LoadOrder): Promise<LoadOutcome> {
  const scenario = scenarioNamed(order.scenario);
  if (scenario === undefined) throw new BenchFailure(`There is no scenario ${order.scenario}.`);
  const { baseUrl, seconds, connections, perSecond, isPoolBounded = false } = order;
  const tally = new Tally();
  const attempt = scenario.attempt.bind(scenario);
  const loop = { baseUrl, seconds, attempt: (send: Parameters<typeof attempt>[0]) => attempt(send, order) };
  const startedMs = performance.now();
  const lag =
    perSecond === undefined
      ? await runClosedLoop({ ...loop, connections }, tally)
      : await runOpenLoop({ ...loop, connections, perSecond, mayOpenMore: !isPoolBounded }, tally);
  // Arrivals that are answered after the last one came take time as well: a rate that isn't held is not reported as held.
  const elapsedSeconds = perSecond === undefined ? seconds : Math.max(seconds, (performance.now() - startedMs) / 1000);
  await appendFile(order.answersFile, tally.answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''));
  return tally.outcome(elapsedSeconds, lag);
}

serveTasks<LoadTasks>({ run });
