const TYPE_BYTES = 1;
const LENGTH_BYTES = 4;

/** Cuts one direction of a PostgreSQL connection into messages, each whole, type and length included. */
export class MessageFrames {
  private rest: Buffer = Buffer.alloc(0);
  private untyped: boolean;

  /** A client's first message has no type byte. */
  constructor({ startsUntyped }: { readonly startsUntyped: boolean }) {
    this.untyped = startsUntyped;
  }

  /** The messages that are complete with this chunk; what is left waits for the next. */
  read(chunk: Buffer): Buffer[] {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const messages: Buffer[] = [];
    for (;;) {
      const head = this.untyped ? 0 : TYPE_BYTES;
      if (this.rest.length < head + LENGTH_BYTES) return messages;
      const end = head + this.rest.readInt32BE(head);
      if (this.rest.length < end) return messages;
      messages.push(this.rest.subarray(0, end));
      this.rest = this.rest.subarray(end);
      this.untyped = false;
    }
  }
}
