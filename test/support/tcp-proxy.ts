import { once } from 'node:events';
import net from 'node:net';
import { MessageFrames } from './message-frames.js';

/**
 * What befalls a COMMIT. `before_commit`: the connection is cut before the server sees it; `after_commit`: after it has committed and before
 * the client hears of it; `rolled_back`: the server is told to roll back instead, and says so without an error, as it does in a
 * transaction that was aborted.
 */
export type CommitFault = 'before_commit' | 'after_commit' | 'rolled_back';

export interface TcpProxy {
  /** The database behind the proxy. */
  readonly connectionString: string;
  /** Commits that something has befallen so far. */
  readonly faults: number;
  /** Lets it befall the next `times` commits. */
  failCommits(fault: CommitFault, times?: number): void;
  /** Breaks every connection and refuses new ones, as a server that is down does. */
  refuse(): Promise<void>;
  /** Takes connections again, at the same port. */
  accept(): Promise<void>;
  /** Passes nothing on any more and closes nothing, as a lost machine does, for the connections there are. */
  freeze(): void;
  close(): Promise<void>;
}

/** A proxy in front of PostgreSQL that reads along, message by message, and breaks connections at the moment it is told to. */
export async function startTcpProxy(connectionString: string): Promise<TcpProxy> {
  const target = new URL(connectionString);
  const sockets = new Set<net.Socket>();
  let armed: { readonly fault: CommitFault; times: number } | undefined;
  let faults = 0;
  let server = await listen(0);
  const { port } = server.address() as net.AddressInfo;
  const url = new URL(connectionString);
  url.hostname = '127.0.0.1';
  url.port = `${port}`;

  /** Whether the fault befalls this commit; each time it does uses up one. */
  function befalls(fault: CommitFault): boolean {
    if (armed?.fault !== fault || armed.times === 0) return false;
    armed.times -= 1;
    faults += 1;
    return true;
  }

  function pass(client: net.Socket): void {
    const upstream = net.connect(Number(target.port || 5432), target.hostname);
    const cut = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', () => (sockets.delete(socket), cut()));
      socket.setNoDelay(true);
    }
    forward(client, upstream, new MessageFrames({ startsUntyped: true }), isCommit, 'before_commit');
    forward(upstream, client, new MessageFrames({ startsUntyped: false }), isCommitted, 'after_commit');

    function forward(
      from: net.Socket,
      to: net.Socket,
      frames: MessageFrames,
      isMoment: (message: Buffer) => boolean,
      fault: CommitFault,
    ): void {
      from.on('data', (chunk) => {
        for (const message of frames.read(chunk)) {
          if (isMoment(message) && befalls(fault)) {
            // What was passed on so far has to arrive; the message itself never does.
            to.end(cut);
            from.destroy();
            return;
          }
          to.write(isCommit(message) && befalls('rolled_back') ? ROLLBACK : message);
        }
      });
    }
  }

  async function listen(at: number): Promise<net.Server> {
    const listening = net.createServer(pass).listen(at, '127.0.0.1');
    await once(listening, 'listening');
    return listening;
  }

  async function refuse(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  return {
    connectionString: url.href,
    get faults() {
      return faults;
    },
    failCommits(fault, times = 1) {
      armed = { fault, times };
    },
    refuse,
    async accept() {
      server = await listen(port);
    },
    freeze() {
      for (const socket of sockets) socket.removeAllListeners('data').pause();
    },
    close: refuse,
  };
}

/** A simple query whose text is ROLLBACK. */
const ROLLBACK = Buffer.from('Q\0\0\0\x0dROLLBACK\0', 'latin1');

/** A simple query whose text is COMMIT. */
function isCommit(message: Buffer): boolean {
  return message[0] === 0x51 && message.toString('latin1', 5) === 'COMMIT\0';
}

/** CommandComplete with the tag COMMIT. */
function isCommitted(message: Buffer): boolean {
  return message[0] === 0x43 && message.toString('latin1', 5) === 'COMMIT\0';
}
