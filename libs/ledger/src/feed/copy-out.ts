import type pg from 'pg';
import { RowBatch } from './row-batch.js';

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
 * The rows of `COPY (…) TO STDOUT`, in text or binary, in batches of whatever has arrived. Several times cheaper a row than a result
 * set: nothing is parsed that the reader doesn't ask for, and no message becomes an object. A reader that is slow holds the server
 * up, so memory stays bounded. The connection can be used again when the last row is read; a reader that leaves before that must
 * close it.
 */
export async function* copyOut(client: pg.ClientBase, statement: string): AsyncGenerator<RowBatch> {
  const copy = new CopyOut(statement);
  client.query(copy as unknown as pg.Submittable);
  for (;;) {
    const batch = await copy.next();
    if (batch === undefined) return;
    yield batch;
  }
}

const COPY_DATA = 0x64;
const COPY_OUT_RESPONSE = 0x48;
const NOTICE = 0x4e;
const PARAMETER = 0x53;
/** A message is its type, its length without the type, and its content. */
const HEADER = 5;

/**
 * Takes the place of node-postgres' parser while the statement runs, and gives it back with the first message that is not the copy's:
 * its end, or an error.
 */
class CopyOut {
  private readonly batches: RowBatch[] = [];
  private waiting = 0;
  private rest: Buffer = Buffer.alloc(0);
  private parsers: Listener[] = [];
  private connection: CopyConnection | undefined;
  private paused = false;
  private ended = false;
  private error: Error | undefined;
  private wake: (() => void) | undefined;

  constructor(private readonly statement: string) {}

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

  submit(connection: CopyConnection): void {
    const { stream } = connection;
    this.connection = connection;
    this.parsers = stream.listeners('data');
    stream.removeAllListeners('data');
    stream.on('data', (chunk) => this.take(chunk));
    connection.query(this.statement);
  }

  handleCommandComplete(): void {
    // The connection is free only when it says so.
  }

  handleReadyForQuery(): void {
    this.ended = true;
    this.tell();
  }

  handleError(error: Error): void {
    this.error = error;
    this.tell();
  }

  private take(chunk: Buffer): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const batch = new RowBatch(bytes);
    let at = 0;
    while (at + HEADER <= bytes.length) {
      const end = at + 1 + bytes.readUInt32BE(at + 1);
      if (bytes[at] === COPY_DATA) {
        if (end > bytes.length) break;
        batch.add(at + HEADER, end);
      } else if (bytes[at] === NOTICE || bytes[at] === PARAMETER || bytes[at] === COPY_OUT_RESPONSE) {
        if (end > bytes.length) break;
        if (bytes[at] !== COPY_OUT_RESPONSE) this.parse(bytes.subarray(at, end));
      } else {
        this.deliver(batch);
        return this.giveBack(bytes.subarray(at));
      }
      at = end;
    }
    this.rest = bytes.subarray(at);
    this.deliver(batch);
  }

  private deliver(batch: RowBatch): void {
    if (batch.length === 0) return;
    this.batches.push(batch);
    this.waiting += batch.bytes.length;
    if (this.waiting >= WAITING_MAX && !this.paused) this.pause(true);
    this.tell();
  }

  private giveBack(bytes: Buffer): void {
    this.connection?.stream.removeAllListeners('data');
    for (const parser of this.parsers) this.connection?.stream.on('data', parser);
    this.parse(bytes);
  }

  private parse(bytes: Buffer): void {
    for (const parser of this.parsers) parser(bytes);
  }

  private pause(paused: boolean): void {
    this.paused = paused;
    if (paused) this.connection?.stream.pause();
    else this.connection?.stream.resume();
  }

  private tell(): void {
    this.wake?.();
    this.wake = undefined;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** As COPY writes text: a letter for six control characters, a backslash for itself. */
export function unescaped(column: string): string {
  if (!column.includes('\\')) return column;
  return column.replace(/\\(.)/gs, (_, character: string) => ESCAPES[character] ?? character);
}
