import { once } from 'node:events';
import net from 'node:net';

import { serveTasks } from '../processes/tasks.js';
import { MessageFrames } from '../../support/message-frames.js';

/** What has passed between a program and its database. */
export interface Traffic {
  /** Statements executed. */
  readonly statements: number;
  /** Times that the server's answer was waited for before something else was sent. */
  readonly roundTrips: number;
  readonly transactions: number;
  readonly bytesToServer: number;
  readonly bytesFromServer: number;
}

/** What a counting process can be asked for. */
export interface CountingTasks {
  /** Opens a way to the database that counts; returns its address. */
  open(order: { readonly connectionString: string }): Promise<{ readonly connectionString: string }>;
  read(order: Record<string, never>): Promise<Traffic>;
}

/** Types of messages of PostgreSQL's protocol, version 3. */
const QUERY = 0x51;
const EXECUTE = 0x45;
const READY = 0x5a;
const IDLE = 0x49;

const counts = { statements: 0, roundTrips: 0, transactions: 0, bytesToServer: 0, bytesFromServer: 0 };

async function open({ connectionString }: { readonly connectionString: string }) {
  const target = new URL(connectionString);
  const server = net.createServer((client) => pass(client, target)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(connectionString);
  url.hostname = '127.0.0.1';
  url.port = `${(server.address() as net.AddressInfo).port}`;
  return { connectionString: url.href };
}

function pass(client: net.Socket, target: URL): void {
  const upstream = net.connect(Number(target.port || 5432), target.hostname);
  let isAnswered = true;
  for (const [from, to] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    from.setNoDelay(true);
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  }
  const asked = new MessageFrames({ startsUntyped: true });
  client.on('data', (chunk) => {
    upstream.write(chunk);
    counts.bytesToServer += chunk.length;
    if (isAnswered) counts.roundTrips += 1;
    isAnswered = false;
    for (const [type] of asked.read(chunk)) if (type === EXECUTE || type === QUERY) counts.statements += 1;
  });
  const answered = new MessageFrames({ startsUntyped: false });
  upstream.on('data', (chunk) => {
    client.write(chunk);
    counts.bytesFromServer += chunk.length;
    isAnswered = true;
    for (const message of answered.read(chunk)) {
      // `I`, idle: whatever was open has ended, a block or a statement alone.
      if (message[0] === READY && message[5] === IDLE) counts.transactions += 1;
    }
  });
}

serveTasks<CountingTasks>({ open, read: () => Promise.resolve({ ...counts }) });
