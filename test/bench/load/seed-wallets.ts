import { setTimeout as sleep } from 'node:timers/promises';

import { BenchFailure } from '../bench-failure.js';
import { customerName, CUSTOMERS, POINTS_SEEDED } from '../scenario/scenario.js';
import { openConnection, type Send } from './http-connection.js';

const TRIES_MAX = 20;
const PAUSE_MS = 100;

export interface SeedOrder {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly wallets: number;
  readonly connections: number;
}

/** Gives every customer the points to spend, through the API, as a shop would. @throws BenchFailure when the API refuses. */
export async function seedWallets({ baseUrl, apiKey, wallets, connections }: SeedOrder): Promise<void> {
  let next = 0;
  const caller = async () => {
    const connection = openConnection(baseUrl);
    while (next < wallets) await earn(connection.send, apiKey, customerName(next++));
    await connection.close();
  };
  await Promise.all(Array.from({ length: Math.min(connections, wallets) }, caller));
}

/** The key makes it safe to try again when the API says that it is busy. */
async function earn(send: Send, apiKey: string, customerId: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { status, body } = await send({
      method: 'POST',
      path: `${CUSTOMERS}/${customerId}/points/earn`,
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
      body: `{"points":${POINTS_SEEDED},"idempotencyKey":"seed-${customerId}"}`,
    });
    if (status === 200 || status === 201) return;
    if (status !== 503 || tries === TRIES_MAX) {
      throw new BenchFailure(`The wallet of ${customerId} could not be seeded: ${status} ${body.toString()}`);
    }
    await sleep(PAUSE_MS);
  }
}
