import { RowBatch } from '../feed/row-batch.js';
import { readStretch, type Stretch } from './spill-file.js';

/** A part of more bytes stays where it is, and its rows are fetched one by one: it is a stream out of all proportion. */
const HELD_MAX = 67_108_864;
const MEGABYTE = 1_048_576;

/** Whole rows of one source, each behind its length; where they begin among the part's bytes. */
export interface Piece {
  readonly source: number;
  readonly batch: RowBatch;
  readonly start: number;
}

/** A part's stretches as if they were one: in memory, or read as asked for where there are too many. */
export class PartBytes {
  private held: Buffer = Buffer.alloc(0);
  private isHeld = true;
  private stretches: readonly Stretch[] = [];
  private readonly starts: number[] = [];

  constructor(private readonly heldMax = HELD_MAX) {}

  /** @returns all of it, a piece at a time; a piece holds until the next one is asked for. */
  *load(stretches: readonly (readonly Stretch[])[]): Generator<Piece> {
    this.stretches = stretches.flat();
    const end = this.placeStretches();
    this.isHeld = end <= this.heldMax;
    if (this.isHeld && end > this.held.length) {
      this.held = Buffer.allocUnsafeSlow(Math.ceil(end / MEGABYTE) * MEGABYTE);
    }
    let i = 0;
    for (const [source, own] of stretches.entries()) {
      for (const stretch of own) {
        const start = this.starts[i++] as number;
        const bytes = this.isHeld
          ? this.held.subarray(start, start + stretch.length)
          : Buffer.allocUnsafeSlow(stretch.length);
        readStretch(stretch, 0, stretch.length, bytes, 0);
        yield { source, batch: new RowBatch(bytes), start };
      }
    }
  }

  copy(place: number, length: number, target: Buffer, at: number): void {
    if (this.isHeld) {
      this.held.copy(target, at, place, place + length);
      return;
    }
    const i = this.stretchAt(place);
    readStretch(this.stretches[i] as Stretch, place - (this.starts[i] as number), length, target, at);
  }

  private placeStretches(): number {
    this.starts.length = 0;
    let end = 0;
    for (const { length } of this.stretches) {
      this.starts.push(end);
      end += length;
    }
    return end;
  }

  private stretchAt(place: number): number {
    let [low, high] = [0, this.starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] as number) <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
