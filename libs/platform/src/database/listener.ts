import pg from 'pg';
import type { Secret } from '../config/secret.js';
import type { Logger } from '../logging/logger.js';
import { backoffMs, waitUnlessAborted, type BackoffLimits } from './backoff.js';
import { checkedChannel } from './channel.js';

export interface ListenerOptions {
  /** A connection of the session's own: `DATABASE_DIRECT_URL`, never PgBouncer in transaction mode. */
  readonly connectionString: Secret;
  readonly channels: readonly string[];
  /** Called for each notification, and for every channel after each connect, since whatever was sent in between is lost. */
  readonly onNotify: (channel: string) => void;
  readonly logger: Logger;
  readonly applicationName?: string;
  readonly backoff?: BackoffLimits;
  /** How often a quiet connection is asked whether it still lives. */
  readonly heartbeatMs?: number;
}

export interface Listener {
  /** Resolves when the first connection listens; a listener works without being waited for. */
  readonly listening: Promise<void>;
  close(): Promise<void>;
}

const BACKOFF: BackoffLimits = { firstMs: 100, maxMs: 5_000 };
const CONNECT_MS = 5_000;
const HEARTBEAT_MS = 10_000;

/**
 * Listens for notifications until it is closed, through any number of broken connections. A connection that dies without a word (a
 * firewall, a frozen server) is found by the heartbeat. Whoever listens must still poll: a notification is a hint.
 */
export function createListener(options: ListenerOptions): Listener {
  const stop = new AbortController();
  const channels = options.channels.map(checkedChannel);
  const { promise: listening, resolve } = withResolver();
  const running = listenForEver({ ...options, channels }, stop.signal, resolve);
  return {
    listening,
    async close() {
      stop.abort();
      await running;
      resolve();
    },
  };
}

async function listenForEver(options: ListenerOptions, stop: AbortSignal, onListening: () => void): Promise<void> {
  const { logger, backoff = BACKOFF } = options;
  let failures = 0;
  while (!stop.aborted) {
    const listened = await listenOnce(options, stop, () => {
      failures = 0;
      onListening();
    });
    if (stop.aborted) {
      return;
    }
    failures += 1;
    const waitMs = backoffMs(failures, backoff);
    logger.warn(
      { err: listened, waitMs, channels: options.channels },
      'The listening connection broke; connecting again.',
    );
    await waitUnlessAborted(waitMs, stop);
  }
}

/** Listens on one connection until it breaks or `stop` is aborted. Returns why it ended; never rejects. */
async function listenOnce(options: ListenerOptions, stop: AbortSignal, onListening: () => void): Promise<unknown> {
  const client = new pg.Client({
    connectionString: options.connectionString.reveal(),
    application_name: options.applicationName ?? 'holdfast-listener',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: HEARTBEAT_MS,
  });
  const broken = new AbortController();
  client.on('error', (error) => broken.abort(error));
  client.on('end', () => broken.abort(new Error('The server closed the listening connection.')));
  client.on('notification', (message) => tell(options, message.channel));
  const over = AbortSignal.any([stop, broken.signal]);
  try {
    await client.connect();
    await client.query(options.channels.map((channel) => `LISTEN ${channel}`).join('; '));
    onListening();
    for (const channel of options.channels) {
      tell(options, channel);
    }
    while (!over.aborted) {
      await waitUnlessAborted(options.heartbeatMs ?? HEARTBEAT_MS, over);
      if (!over.aborted) {
        await client.query('SELECT 1');
      }
    }
    return broken.signal.reason;
  } catch (error) {
    return error;
  } finally {
    await endQuietly(client);
  }
}

/** A listener's own failure must not cost the connection. */
function tell({ onNotify, logger }: ListenerOptions, channel: string): void {
  try {
    onNotify(channel);
  } catch (error) {
    logger.error({ err: error, channel }, 'A notification was not handled; the next poll makes up for it.');
  }
}

/** Ends a connection that may be dead: one that doesn't answer the goodbye is cut. */
export async function endQuietly(client: pg.Client): Promise<void> {
  const cut = setTimeout(() => client.connection.stream.destroy(), 1_000);
  await client.end().catch(() => undefined);
  clearTimeout(cut);
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
