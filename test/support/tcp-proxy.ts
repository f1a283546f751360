import { once } from 'node:events';
import net from 'node:net';
import { MessageFrames } from './message-frames.js';

/** Where a connection is cut: before the server sees the COMMIT, or after it has committed and before the client hears of it. */
export type CommitCut = 'before_commit' | 'after_commit';

export interface TcpProxy {
  /** The database behind the proxy. */
  readonly connectionString: string;
  /** Connections that were cut at a COMMIT so far. */
  readonly cuts: number;
  /** Cuts the next `times` connections that commit. */
  cutAtCommit(at: CommitCut, times?: number): void;
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
  let armed: { readonly at: CommitCut; times: number } | undefined;
  let cuts = 0;
  let server = await listen(0);
  const { port } = server.address() as net.AddressInfo;
  const url = new URL(connectionString);
  url.hostname = '127.0.0.1';
  url.port = `${port}`;

  /** Whether this connection is to be cut at this commit; each call uses up one cut. */
  function cutsNow(at: CommitCut): boolean {
    if (armed?.at !== at || armed.times === 0) return false;
    armed.times -= 1;
    cuts += 1;
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
      at: CommitCut,
    ): void {
      from.on('data', (chunk) => {
        for (const message of frames.read(chunk)) {
          if (isMoment(message) && cutsNow(at)) {
            // What was passed on so far has to arrive; the message itself never does.
            to.end(cut);
            from.destroy();
            return;
          }
          to.write(message);
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
    get cuts() {
      return cuts;
    },
    cutAtCommit(at, times = 1) {
      armed = { at, times };
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

/** A simple query whose text is COMMIT. */
function isCommit(message: Buffer): boolean {
  return message[0] === 0x51 && message.toString('latin1', 5) === 'COMMIT\0';
}

/** CommandComplete with the tag COMMIT. */
function isCommitted(message: Buffer): boolean {
  return message[0] === 0x43 && message.toString('latin1', 5) === 'COMMIT\0';
}
