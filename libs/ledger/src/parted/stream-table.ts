import { uuidText, type RowBatch } from '../feed/row-batch.js';
import { COMPANY, WALLET } from '../feed/stream-columns.js';

/** Company, and the wallet's id as four words. */
const KEY_WORDS = 5;
const STREAMS_MIN = 1_024;
const PRIME = 0x01000193;
const GOLDEN = 0x9e3779b1;

/** Streams by company and wallet, as numbers from 0 on in the order in which they were first seen. Keys stand side by side: a part has thousands. */
export class StreamTable {
  count = 0;
  private keys = new Int32Array(KEY_WORDS * STREAMS_MIN);
  /** A stream's number and one, or nothing; at most every other slot is taken. */
  private slots = new Int32Array(2 * STREAMS_MIN);

  clear(): void {
    this.count = 0;
    this.slots.fill(0);
  }

  /** The number of the stream that the row at `row` is of. */
  numberOf(batch: RowBatch, row: number): number {
    const company = batch.int32(row + COMPANY);
    const [a, b] = [batch.int32(row + WALLET), batch.int32(row + WALLET + 4)];
    const [c, d] = [batch.int32(row + WALLET + 8), batch.int32(row + WALLET + 12)];
    const { slots } = this;
    for (let at = this.slotOf(company, a, b, c, d); ; at = (at + 1) & (slots.length - 1)) {
      const number = (slots[at] as number) - 1;
      if (number < 0) return this.add(at, [company, a, b, c, d]);
      const { keys } = this;
      const key = number * KEY_WORDS;
      const isIt =
        keys[key + 4] === d &&
        keys[key + 3] === c &&
        keys[key + 2] === b &&
        keys[key + 1] === a &&
        keys[key] === company;
      if (isIt) return number;
    }
  }

  companyId(stream: number): number {
    return this.keys[stream * KEY_WORDS] as number;
  }

  walletId(stream: number): string {
    let hex = '';
    for (let i = 1; i < KEY_WORDS; i++) {
      hex += ((this.keys[stream * KEY_WORDS + i] as number) >>> 0).toString(16).padStart(8, '0');
    }
    return uuidText(hex);
  }

  private slotOf(company: number, a: number, b: number, c: number, d: number): number {
    let mixed = Math.imul(company ^ a, PRIME) ^ b;
    mixed = Math.imul(mixed, PRIME) ^ c;
    mixed = Math.imul(mixed, PRIME) ^ d;
    mixed = Math.imul(mixed ^ (mixed >>> 15), GOLDEN);
    return (mixed ^ (mixed >>> 13)) & (this.slots.length - 1);
  }

  private add(at: number, key: readonly number[]): number {
    const number = this.count++;
    if (this.count * KEY_WORDS > this.keys.length) this.grow();
    this.keys.set(key, number * KEY_WORDS);
    if (this.count * 2 <= this.slots.length) this.slots[at] = number + 1;
    else this.spread();
    return number;
  }

  private grow(): void {
    const keys = new Int32Array(this.keys.length * 2);
    keys.set(this.keys);
    this.keys = keys;
  }

  /** Twice as many slots. */
  private spread(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    const { keys, slots } = this;
    for (let number = 0; number < this.count; number++) {
      const [company, a, b, c, d] = keys.subarray(number * KEY_WORDS) as unknown as [
        number,
        number,
        number,
        number,
        number,
      ];
      let at = this.slotOf(company, a, b, c, d);
      while (slots[at] !== 0) at = (at + 1) & (slots.length - 1);
      slots[at] = number + 1;
    }
  }
}
