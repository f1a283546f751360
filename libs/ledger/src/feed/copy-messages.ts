import { RowBatch } from './row-batch.js';

const COPY_DATA = 0x64;
const COPY_OUT_RESPONSE = 0x48;
const NOTICE = 0x4e;
const PARAMETER = 0x53;
/** A message is its type, its length without the type, and its content. */
const HEADER = 5;
const NOTHING = Buffer.alloc(0);

export interface CopyMessageHandlers {
  /** Rows that have arrived together. */
  onRows(batch: RowBatch): void;
  /** Messages that the server may send in between. */
  onOther(message: Buffer): void;
  /** The first message that is not the copy's, and all that came with it. */
  onEnd(bytes: Buffer): void;
}

/** Finds the messages of a running COPY in what the server sends. A chunk may be overwritten as soon as it is taken. */
export class CopyMessages {
  /** The beginning of a message whose end has not come yet. */
  private rest = NOTHING;
  private dropped = false;

  constructor(private readonly handlers: CopyMessageHandlers) {}

  take(chunk: Buffer): void {
    if (this.dropped) return;
    const { rest } = this;
    if (rest.length > 0 && !isCopys(rest[0])) return this.end(Buffer.concat([rest, chunk]));
    const at = this.read(chunk, this.completeRest(chunk));
    if (at < chunk.length && !isCopys(chunk[at])) return this.end(chunk.subarray(at));
    if (at < chunk.length) this.rest = Buffer.from(chunk.subarray(at));
  }

  /** Nobody wants any more of it. */
  drop(): void {
    this.dropped = true;
  }

  private end(bytes: Buffer): void {
    this.drop();
    this.handlers.onEnd(bytes);
  }

  /** Puts the message together that began in an earlier chunk. @returns where the next one begins. */
  private completeRest(chunk: Buffer): number {
    const { rest } = this;
    if (rest.length === 0) return 0;
    const header = rest.length >= HEADER ? rest : Buffer.concat([rest, chunk.subarray(0, HEADER - rest.length)]);
    const missing = header.length < HEADER ? chunk.length : endOf(header, 0) - rest.length;
    const message = Buffer.concat([rest, chunk.subarray(0, missing)]);
    this.rest = this.read(message, 0) === 0 ? message : NOTHING;
    return Math.min(missing, chunk.length);
  }

  /** @returns where the first message begins that is not whole, or not the copy's. */
  private read(bytes: Buffer, from: number): number {
    const batch = new RowBatch(bytes);
    let at = from;
    while (at + HEADER <= bytes.length && isCopys(bytes[at]) && endOf(bytes, at) <= bytes.length) {
      const end = endOf(bytes, at);
      if (bytes[at] === COPY_DATA) batch.add(at + HEADER, end);
      else if (bytes[at] !== COPY_OUT_RESPONSE) this.handlers.onOther(bytes.subarray(at, end));
      at = end;
    }
    if (batch.length > 0) this.handlers.onRows(batch);
    return at;
  }
}

function isCopys(type: number | undefined): boolean {
  return type === COPY_DATA || type === COPY_OUT_RESPONSE || type === NOTICE || type === PARAMETER;
}

function endOf(bytes: Buffer, at: number): number {
  return at + 1 + bytes.readUInt32BE(at + 1);
}
