import type pg from 'pg';
import { CopyMessages } from './copy-messages.js';
import { LendingSocket } from './lending-socket.js';
import type { RowBatch } from './row-batch.js';

/** Bytes that may wait for their reader before the server is made to wait. */
const WAITING_MAX = 2_097_152;

type Listener = (chunk: Buffer) => void;

/** As much of node-postgres' connection as COPY needs. */
interface CopyConnection {
  query(text: string): void;
  readonly stream: {
    pause(): void;
    resume(): void;
    listeners(event: 'data'): Listener[];
    removeAllListeners(event: 'data'): void;
    on(event: 'data', listener: Listener): void;
  };
}

/**
 * The rows of `COPY (…) TO STDOUT (FORMAT binary)`, in batches of whatever has arrived. Several times cheaper a row than a result
 * set: nothing is parsed that the reader doesn't ask for, and no message becomes an object. A reader that is slow holds the server
 * up, so memory stays bounded. The connection can be used again when the last row is read; a reader that leaves before that must
 * close it.
 */
export async function* copyOut(client: pg.ClientBase, statement: string): AsyncGenerator<RowBatch> {
  const waiting = new WaitingBatches();
  const copy = new CopyOut(statement, waiting, false);
  client.query(copy as unknown as pg.Submittable);
  for (let batch = await waiting.next(); batch !== undefined; batch = await waiting.next()) yield batch;
}

/**
 * The same for a reader that takes a batch at once and for good: its bytes are overwritten when the reader has returned, if the connection
 * has a `LendingSocket`. @throws whatever the reader throws; then the connection must be closed.
 */
export async function copyEach(
  client: pg.ClientBase,
  statement: string,
  onBatch: (batch: RowBatch) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const copy = new CopyOut(statement, { take: onBatch, end: resolve, fail: reject }, true);
    client.query(copy as unknown as pg.Submittable);
  });
}

/** Who gets the rows. */
interface Reader {
  take(batch: RowBatch): void;
  end(): void;
  fail(error: Error): void;
  /** Is told how to make the server wait. */
  begin?(stream: CopyConnection['stream']): void;
}

/**
 * Takes the place of node-postgres' parser while the statement runs, and gives it back with the first message that is not the copy's:
 * its end, or an error.
 */
class CopyOut {
  private readonly messages: CopyMessages;
  private parsers: Listener[] = [];
  private connection: CopyConnection | undefined;

  constructor(
    private readonly statement: string,
    private readonly reader: Reader,
    private readonly borrows: boolean,
  ) {
    this.messages = new CopyMessages({
      onRows: (batch) => this.deliver(batch),
      onOther: (bytes) => this.parse(bytes),
      onEnd: (bytes) => this.giveBack(bytes),
    });
  }

  submit(connection: CopyConnection): void {
    const { stream } = connection;
    this.connection = connection;
    this.reader.begin?.(stream);
    this.parsers = stream.listeners('data');
    stream.removeAllListeners('data');
    stream.on('data', (chunk) => this.messages.take(chunk));
    if (stream instanceof LendingSocket) stream.lends = this.borrows;
    connection.query(this.statement);
  }

  handleCommandComplete(): void {
    // The connection is free only when it says so.
  }

  handleReadyForQuery(): void {
    this.reader.end();
  }

  handleError(error: Error): void {
    this.reader.fail(error);
  }

  private deliver(batch: RowBatch): void {
    try {
      this.reader.take(batch);
    } catch (error) {
      this.messages.drop();
      this.reader.fail(error as Error);
    }
  }

  private giveBack(bytes: Buffer): void {
    const { stream } = this.connection as CopyConnection;
    if (stream instanceof LendingSocket) stream.lends = false;
    stream.removeAllListeners('data');
    for (const parser of this.parsers) stream.on('data', parser);
    this.parse(bytes);
  }

  /** The parser keeps what is not whole yet. */
  private parse(bytes: Buffer): void {
    const own = Buffer.from(bytes);
    for (const parser of this.parsers) parser(own);
  }
}

/** Batches wait until they are asked for; too many make the server wait. */
class WaitingBatches implements Reader {
  private readonly batches: RowBatch[] = [];
  private waiting = 0;
  private stream: CopyConnection['stream'] | undefined;
  private paused = false;
  private ended = false;
  private error: Error | undefined;
  private wake: (() => void) | undefined;

  begin(stream: CopyConnection['stream']): void {
    this.stream = stream;
  }

  async next(): Promise<RowBatch | undefined> {
    while (this.batches.length === 0) {
      if (this.error !== undefined) throw this.error;
      if (this.ended) return undefined;
      if (this.paused) this.pause(false);
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    const batch = this.batches.shift() as RowBatch;
    this.waiting -= batch.bytes.length;
    if (this.paused && this.waiting < WAITING_MAX / 2) this.pause(false);
    return batch;
  }

  take(batch: RowBatch): void {
    this.batches.push(batch);
    this.waiting += batch.bytes.length;
    if (this.waiting >= WAITING_MAX && !this.paused) this.pause(true);
    this.tell();
  }

  end(): void {
    this.ended = true;
    this.tell();
  }

  fail(error: Error): void {
    this.error = error;
    this.tell();
  }

  private pause(paused: boolean): void {
    this.paused = paused;
    if (paused) this.stream?.pause();
    else this.stream?.resume();
  }

  private tell(): void {
    this.wake?.();
    this.wake = undefined;
  }
}
