import { appendFile } from 'node:fs/promises';

import { BenchFailure } from '../bench-failure.js';
import { serveTasks } from '../processes/tasks.js';
import { scenarioNamed } from '../scenario/scenarios.js';
import { runClosedLoop } from './closed-loop.js';
import { seedWallets, type SeedOrder } from './seed-wallets.js';
import { Tally, type LoadOutcome } from './tally.js';

export interface LoadOrder extends SeedOrder {
  readonly scenario: string;
  readonly seconds: number;
  /** Every settled answer is added to this file, a JSON object a line, for the audit. */
  readonly answersFile: string;
}

/** What the load process can be asked for. */
export interface LoadTasks {
  seed(order: SeedOrder): Promise<void>;
  run(order: LoadOrder): Promise<LoadOutcome>;
}

async function run(order: LoadOrder): Promise<LoadOutcome> {
  const scenario = scenarioNamed(order.scenario);
  if (scenario === undefined) throw new BenchFailure(`There is no scenario ${order.scenario}.`);
  const tally = new Tally();
  await runClosedLoop({ ...order, attempt: (send) => scenario.attempt(send, order) }, tally);
  await appendFile(order.answersFile, tally.answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''));
  return tally.outcome(order.seconds);
}

serveTasks<LoadTasks>({ seed: seedWallets, run });
