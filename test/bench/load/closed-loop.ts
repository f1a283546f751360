import { setTimeout as sleep } from 'node:timers/promises';

import type { Attempt } from '../scenario/scenario.js';
import type { Send } from './http-connection.js';
import { openConnection } from './http-connection.js';
import type { Tally } from './tally.js';

/** After a refusal or a broken connection: trying again at once would measure refusals. */
const PAUSE_MS = 50;

export interface ClosedLoop {
  readonly baseUrl: string;
  readonly connections: number;
  readonly seconds: number;
  readonly attempt: (send: Send) => Promise<Attempt>;
}

/**
 * A fixed number of callers, each of which makes its next attempt when its last one is answered. It finds the throughput; its latencies are
 * those of that many callers, not of a rate. Resolves when what was under way at the end has been answered, too.
 */
export async function runClosedLoop(
  { baseUrl, connections, seconds, attempt }: ClosedLoop,
  tally: Tally,
): Promise<undefined> {
  const deadline = performance.now() + seconds * 1000;
  const caller = async () => {
    const connection = openConnection(baseUrl);
    let startedMs = performance.now();
    while (startedMs < deadline) {
      try {
        const answer = await attempt(connection.send);
        const nowMs = performance.now();
        tally.answered(answer, nowMs - startedMs, nowMs <= deadline);
        if (answer.status >= 500) await sleep(PAUSE_MS);
      } catch (error) {
        tally.broke(error);
        await sleep(PAUSE_MS);
      }
      startedMs = performance.now();
    }
    await connection.close();
  };
  await Promise.all(Array.from({ length: connections }, caller));
  return undefined;
}
