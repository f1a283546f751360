import type { Instant } from '#domain';
import { MICROS_TO_2000 } from '../feed/row-batch.js';

/** A value that its column can't hold. */
export class MisfitError extends Error {
  override readonly name = 'MisfitError';
}

/** The longest that a character of a string is in UTF-8. */
const UTF8_MAX = 3;
const CHUNK = 262_144;
/** With its length, a value of fixed width takes no more. */
const FIXED_MAX = 20;
const LENGTH = 4;
const NULL = -1;
const INT8_MAX = 2n ** 63n - 1n;
const HIGH_WORD = 2 ** 32;
/** Signature, flags, and the length of an extension that there is none of. */
const PREAMBLE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const TRAILER = Buffer.from([0xff, 0xff]);

const UUID_WIDTH = 36;
const UUID_BYTES = 16;
const DASHES = [8, 13, 18, 23];

/**
 * Rows in COPY's binary format, as bytes from the start: strings that are held for long are copied by the garbage collector, and text would have to be
 * escaped here and parsed by the server.
 */
export class CopyRows {
  /** Bytes so far. */
  length = 0;
  private readonly full: Buffer[] = [PREAMBLE];
  private chunk: Buffer = Buffer.alloc(0);
  private filled = 0;

  get isEmpty(): boolean {
    return this.length === 0;
  }

  /** Begins a row; its values follow in the order of the columns. */
  row(columns: number): void {
    const at = this.room(2);
    this.chunk.writeInt16BE(columns, at);
  }

  null(): void {
    const at = this.room(LENGTH);
    this.chunk.writeInt32BE(NULL, at);
  }

  /** @throws MisfitError */
  int4(value: number): void {
    const at = this.fixed(4);
    if ((value | 0) !== value) throw tooGreat(value);
    this.chunk.writeInt32BE(value, at);
  }

  /** @throws MisfitError */
  int8(value: bigint): void {
    const at = this.fixed(8);
    if (value > INT8_MAX || value < -INT8_MAX) throw tooGreat(value);
    this.chunk.writeBigInt64BE(value, at);
  }

  moment(value: Instant): void {
    const micros = value - MICROS_TO_2000;
    const high = Math.floor(micros / HIGH_WORD);
    const at = this.fixed(8);
    this.chunk.writeInt32BE(high, at);
    this.chunk.writeUInt32BE(micros - high * HIGH_WORD, at + 4);
  }

  flag(value: boolean): void {
    const at = this.fixed(1);
    this.chunk[at] = value ? 1 : 0;
  }

  bytes(value: Uint8Array): void {
    const at = this.room(LENGTH + value.length);
    this.chunk.writeInt32BE(value.length, at);
    this.chunk.set(value, at + LENGTH);
  }

  text(value: string): void {
    const most = LENGTH + value.length * UTF8_MAX;
    const at = this.room(most);
    const written = this.chunk.write(value, at + LENGTH);
    this.chunk.writeInt32BE(written, at);
    this.take(LENGTH + written - most);
  }

  /** @throws MisfitError */
  uuid(value: string): void {
    const at = this.fixed(UUID_BYTES);
    if (value.length !== UUID_WIDTH) throw noUuid(value);
    for (let i = 0, from = 0; i < UUID_BYTES; i++, from += 2) {
      if (DASHES.includes(from)) from += 1;
      const byte = (digitOf(value.charCodeAt(from)) << 4) | digitOf(value.charCodeAt(from + 1));
      if (byte < 0) throw noUuid(value);
      this.chunk[at + i] = byte;
    }
    if (DASHES.some((dash) => value[dash] !== '-')) throw noUuid(value);
  }

  /** All of it, to be sent. */
  chunks(): readonly Buffer[] {
    this.cut();
    return [...this.full, TRAILER];
  }

  /** Room for a value of a width that the server knows: writes the width, and says where the value goes. */
  private fixed(width: number): number {
    const at = this.room(LENGTH + width);
    this.chunk.writeInt32BE(width, at);
    return at + LENGTH;
  }

  /** Makes room, perhaps in another chunk: whoever asks takes `chunk` only then. */
  private room(size: number): number {
    if (this.filled + size > this.chunk.length) {
      this.cut();
      this.chunk = Buffer.allocUnsafeSlow(Math.max(size + FIXED_MAX, CHUNK));
    }
    const at = this.filled;
    this.take(size);
    return at;
  }

  private take(size: number): void {
    this.filled += size;
    this.length += size;
  }

  private cut(): void {
    if (this.filled > 0) this.full.push(this.chunk.subarray(0, this.filled));
    this.chunk = this.chunk.subarray(this.filled);
    this.filled = 0;
  }
}

/** Of a hexadecimal digit; below zero where there is none. */
function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x61 && code <= 0x66) return code - 0x57;
  return -256;
}

function tooGreat(value: number | bigint): MisfitError {
  return new MisfitError(`${value} is no number for its column`);
}

function noUuid(value: string): MisfitError {
  return new MisfitError(`${JSON.stringify(value.slice(0, 2 * UUID_WIDTH))} is no UUID`);
}
