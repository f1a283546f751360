import { randomInt, randomUUID } from 'node:crypto';

import pg from 'pg';

import { uuidV7 } from '#platform';

import { BenchFailure } from '../bench-failure.js';
import { Latencies } from '../load/latencies.js';
import { VoucherCalls, type CalledProvider } from '../provider/voucher-calls.js';
import { serveTasks } from '../processes/tasks.js';
import { ClientLine } from './client-line.js';
import { floorSteps } from './floor-steps.js';

export interface FloorOrder {
  readonly connectionString: string;
  readonly connections: number;
  readonly wallets: number;
  readonly points: number;
  readonly seconds: number;
  /** A transaction more for each redemption. */
  readonly extra?: 'order' | undefined;
  /** Set: between reserving and committing each redemption gets its voucher there, by so many callers over the same connections. */
  readonly provider?: (CalledProvider & { readonly callers: number }) | undefined;
}

export interface FloorOutcome {
  /** Committed while the round was on. */
  readonly settled: number;
  readonly elapsedSeconds: number;
  /** Of all the calls of a redemption together: an encoded histogram. */
  readonly latencies: string;
}

/** What the floor's process can be asked for. */
export interface FloorTasks {
  run(order: FloorOrder): Promise<FloorOutcome>;
}

/** Kept between rounds, so that a round starts with prepared statements. */
const clients: pg.Client[] = [];

async function run(order: FloorOrder): Promise<FloorOutcome> {
  while (clients.length < order.connections) {
    const client = new pg.Client({ connectionString: order.connectionString });
    await client.connect();
    clients.push(client);
  }
  const latencies = new Latencies();
  let settled = 0;
  const deadline = performance.now() + order.seconds * 1000;
  const caller = async (redeemOne: () => Promise<void>) => {
    let startedMs = performance.now();
    while (startedMs < deadline) {
      await redeemOne();
      const nowMs = performance.now();
      if (nowMs <= deadline) {
        settled += 1;
        latencies.record(nowMs - startedMs);
      }
      startedMs = nowMs;
    }
  };
  if (order.provider === undefined) {
    await Promise.all(clients.map((client) => caller(() => redeem(client, order))));
  } else {
    const line = new ClientLine(clients);
    const calls = Array.from(
      { length: order.provider.callers },
      () => new VoucherCalls(order.provider as CalledProvider),
    );
    await Promise.all(calls.map((each) => caller(() => redeem(line, order, each))));
    await Promise.all(calls.map((each) => each.close()));
  }
  return { settled, elapsedSeconds: order.seconds, latencies: latencies.encode() };
}

async function redeem(
  client: Pick<ClientLine, 'query'> | pg.Client,
  { wallets, points, extra }: FloorOrder,
  calls?: VoucherCalls,
): Promise<void> {
  const id = uuidV7();
  const values = [id, randomUUID(), 1 + randomInt(wallets), points];
  await client.query({ name: 'request', text: floorSteps.request, values });
  const reserved = await client.query({ name: 'reserve', text: floorSteps.reserve, values: [id] });
  await calls?.issue(id, points);
  if (extra === 'order') await client.query({ name: 'order', text: floorSteps.order, values: [id] });
  const committed = await client.query({ name: 'commit', text: floorSteps.commit, values: [id] });
  if (reserved.rowCount !== 1 || committed.rowCount !== 1)
    throw new BenchFailure('The floor could not settle a redemption.');
}

serveTasks<FloorTasks>({ run });
