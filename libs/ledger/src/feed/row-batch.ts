import { isAscii } from 'node:buffer';

/** What stands before the first row: a signature of 11 bytes, flags and the length of an extension that there is none of. */
const SIGNATURE = 'PGCOPY';
const PREAMBLE = 19;
/** In place of a row's number of columns, at the end. */
const TRAILER = 0xffff;
/** The server counts moments from 2000 on. */
export const MICROS_TO_2000 = 946_684_800_000_000;
const HIGH_WORD = 2 ** 32;

/** Rows of a COPY in the binary format that have arrived together. A row's place is where its number of columns stands. */
export class RowBatch {
  /** Where the rows begin, and where they end. */
  readonly places: number[] = [];
  readonly ends: number[] = [];
  private readonly view: DataView;
  private characters: string | undefined;
  private plain: boolean | undefined;

  constructor(readonly bytes: Buffer) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.places.length;
  }

  /** All the bytes, each as a character. */
  get latin1(): string {
    return (this.characters ??= this.bytes.toString('latin1'));
  }

  add(at: number, end: number): void {
    const isFirst = this.bytes[at] === 0x50 && this.bytes.toString('latin1', at, at + SIGNATURE.length) === SIGNATURE;
    const place = isFirst ? at + PREAMBLE : at;
    if (this.view.getUint16(place) === TRAILER) return;
    this.places.push(place);
    this.ends.push(end);
  }

  /** A length or an `int4`. */
  int32(at: number): number {
    return this.view.getInt32(at);
  }

  int64(at: number): bigint {
    return this.view.getBigInt64(at);
  }

  /** A `timestamptz`, in microseconds since 1970; infinities are numbers that no moment is. */
  micros(at: number): number {
    return this.view.getInt32(at) * HIGH_WORD + this.view.getUint32(at + 4) + MICROS_TO_2000;
  }

  uuid(at: number): string {
    return uuidText(this.bytes.toString('hex', at, at + 16));
  }

  /** Whether the UUID there is this text. */
  isUuid(at: number, text: string): boolean {
    if (text.length !== UUID_WIDTH) return false;
    const { bytes } = this;
    for (let i = 0, j = 0; i < 16; i++, j += 2) {
      if (i === 4 || i === 6 || i === 8 || i === 10) if (text.charCodeAt(j++) !== DASH) return false;
      const byte = bytes[at + i] as number;
      if (text.charCodeAt(j) !== DIGITS[byte >> 4] || text.charCodeAt(j + 1) !== DIGITS[byte & 15]) return false;
    }
    return true;
  }

  /** Whether the ASCII text stands there. */
  isText(at: number, length: number, text: string): boolean {
    if (text.length !== length) return false;
    for (let i = 0; i < length; i++) if (this.bytes[at + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  /** As `utf8`, cut from the text of all the bytes where there is nothing but ASCII. */
  text(from: number, end: number): string {
    this.plain ??= isAscii(this.bytes);
    return this.plain ? this.latin1.slice(from, end) : this.utf8(from, end);
  }

  utf8(from: number, end: number): string {
    return this.bytes.toString('utf8', from, end);
  }
}

/** @param hex its 32 digits. */
export function uuidText(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const UUID_WIDTH = 36;
const DASH = 0x2d;
const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
