import { Socket, type OnReadOpts, type SocketConstructorOpts } from 'node:net';

/** What is read at once, at most. */
const READ_BYTES = 131_072;

/**
 * A connection's socket that always reads into the same memory, so that what a gigabyte of rows passes through stays in the processor's cache.
 * Whoever listens gets a copy that is theirs; only while it lends do listeners get the memory itself, which is overwritten as soon as they return.
 */
export class LendingSocket extends Socket {
  lends = false;

  constructor() {
    const memory = Buffer.allocUnsafeSlow(READ_BYTES);
    const callback = (length: number): boolean => {
      const read = memory.subarray(0, length);
      this.emit('data', this.lends ? read : Buffer.from(read));
      // Anything else would end the reading.
      return true;
    };
    const onread: OnReadOpts = { buffer: memory, callback };
    // The types know it for `connect` alone, which hands it on to the constructor.
    super({ onread } as SocketConstructorOpts);
  }
}
