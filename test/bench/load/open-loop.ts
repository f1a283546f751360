import type { Attempt } from '../scenario/scenario.js';
import type { Send } from './http-connection.js';
import { openConnection, type HttpConnection } from './http-connection.js';
import { Latencies } from './latencies.js';
import type { Tally } from './tally.js';

/** Callers come on their own, however many are waiting: beyond this many the generator would be what is measured. */
const CONNECTIONS_MAX = 3_000;
/** Connections that are opened at once beforehand. */
const OPENED_AT_ONCE = 25;
/** The next look at the clock. Several arrivals may be due by then. */
const TICK_MS = 1;

export interface OpenLoop {
  readonly baseUrl: string;
  readonly perSecond: number;
  readonly seconds: number;
  /** Opened before the clock starts. */
  readonly connections: number;
  /** Whether more are opened when all are busy; otherwise who comes waits for one, and that counts. */
  readonly mayOpenMore: boolean;
  readonly attempt: (send: Send) => Promise<Attempt>;
}

/**
 * Arrivals at a rate, at random and independent of each other (exponential gaps), whatever becomes of those before. Latency counts from the
 * moment an attempt was due, so that a stall is felt by everybody who came during it and not only by those who were being served (no
 * coordinated omission). Resolves when the last of them has been answered.
 *
 * @returns how late the generator was with what it sent, apart from its waiting for a free connection.
 */
export async function runOpenLoop(order: OpenLoop, tally: Tally): Promise<Latencies> {
  const { baseUrl, perSecond, seconds, attempt } = order;
  const lag = new Latencies();
  const idle = await openConnections(baseUrl, order.connections);
  const late: number[] = [];
  let opened = idle.length;
  const openedMax = order.mayOpenMore ? CONNECTIONS_MAX : opened;
  let underWay = 0;
  let arriving = true;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));

  const send = (connection: HttpConnection, dueMs: number): void => {
    underWay += 1;
    attempt(connection.send)
      .then(
        (answer) => tally.answered(answer, performance.now() - dueMs, true),
        (error: unknown) => tally.broke(error),
      )
      .finally(() => {
        underWay -= 1;
        const next = late.shift();
        if (next !== undefined) send(connection, next);
        else idle.push(connection);
        if (!arriving && underWay === 0) finish();
      });
  };
  const arrive = (dueMs: number, nowMs: number): void => {
    lag.record(nowMs - dueMs);
    const connection = idle.pop() ?? (opened < openedMax ? (opened++, openConnection(baseUrl)) : undefined);
    if (connection === undefined) late.push(dueMs);
    else send(connection, dueMs);
  };

  const startMs = performance.now();
  const endMs = startMs + seconds * 1000;
  let dueMs = startMs + gapMs(perSecond);
  while (dueMs < endMs) {
    const nowMs = performance.now();
    for (; dueMs <= nowMs && dueMs < endMs; dueMs += gapMs(perSecond)) arrive(dueMs, nowMs);
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  arriving = false;
  if (underWay > 0) await finished;
  await Promise.all(idle.map((connection) => connection.close()));
  return lag;
}

/** As a balancer in front of the API holds them: each has carried a request, and none was opened in a crowd. */
async function openConnections(baseUrl: string, count: number): Promise<HttpConnection[]> {
  const opened: HttpConnection[] = [];
  while (opened.length < count) {
    const some = Array.from({ length: Math.min(OPENED_AT_ONCE, count - opened.length) }, () => openConnection(baseUrl));
    await Promise.all(some.map(({ send }) => send({ method: 'GET', path: '/health/live', headers: {} })));
    opened.push(...some);
  }
  return opened;
}

function gapMs(perSecond: number): number {
  return (-Math.log(1 - Math.random()) * 1000) / perSecond;
}
