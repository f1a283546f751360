import { RowBatch } from '../feed/row-batch.js';
import type { RowFormat } from './row-format.js';
import { LENGTH, readStretch, type Stretch } from './spill-file.js';

/** A part of more bytes stays where it is, and its rows are fetched one by one: it is a stream out of all proportion. */
const HELD_MAX = 67_108_864;
/** Rows that are handed on together, unless one is larger. */
const BATCH_BYTES = 262_144;

/** One stream's rows in a part. */
export interface StreamRows {
  readonly companyId: number;
  readonly walletId: string;
  /** Where each begins, in the bytes of all the part's stretches. */
  readonly places: number[];
  readonly lengths: number[];
}

/** Rows of one stream; among the batch's there may be others'. */
export interface StreamBatch {
  readonly batch: RowBatch;
  readonly places: readonly number[];
  readonly lengths: readonly number[];
}

interface Known extends StreamRows {
  readonly wallet: Uint8Array;
  readonly ranks: number[];
  isSorted: boolean;
  next: Known | undefined;
}

/** Rows of some streams that were put aside, found again stream by stream. */
export class RowPart {
  private readonly known = new Map<number, Known>();
  private readonly byKey = new Map<string, Known>();
  private readonly bytes: PartBytes;

  /** @param heldMax bytes; a greater part stays where it is, and its rows are fetched as they are asked for. */
  constructor(
    stretches: readonly Stretch[],
    private readonly format: RowFormat,
    heldMax = HELD_MAX,
  ) {
    this.bytes = new PartBytes(stretches, heldMax);
    for (const { bytes, start } of this.bytes.pieces()) this.index(bytes, start);
    for (const stream of this.byKey.values()) if (!stream.isSorted) sort(stream);
  }

  get streams(): Iterable<StreamRows> {
    return this.byKey.values();
  }

  stream(key: string): StreamRows | undefined {
    return this.byKey.get(key);
  }

  /** A stream's rows in their order: all at once where they lie, or in batches of a size that the memory doesn't feel. */
  *batches({ places, lengths }: StreamRows): Generator<StreamBatch> {
    const { held } = this.bytes;
    if (held !== undefined) {
      yield { batch: held, places, lengths };
      return;
    }
    for (let from = 0; from < places.length;) {
      let [to, size] = [from, 0];
      while (to < places.length && (to === from || size + (lengths[to] as number) <= BATCH_BYTES)) {
        size += lengths[to++] as number;
      }
      yield this.fetch(places.slice(from, to), lengths.slice(from, to), size);
      from = to;
    }
  }

  private fetch(from: readonly number[], lengths: readonly number[], size: number): StreamBatch {
    const bytes = Buffer.allocUnsafeSlow(size);
    let at = 0;
    const places = lengths.map((length, i) => {
      this.bytes.copy(from[i] as number, length, bytes, at);
      at += length;
      return at - length;
    });
    return { batch: new RowBatch(bytes), places, lengths };
  }

  private index(bytes: Buffer, start: number): void {
    for (let at = 0; at < bytes.length;) {
      const length = bytes.readUInt32BE(at);
      const row = at + LENGTH;
      const stream = this.streamOf(bytes, row);
      if (this.format.rank !== undefined) {
        const rank = this.format.rank(bytes, row);
        if (stream.ranks.length > 0 && rank < (stream.ranks.at(-1) as number)) stream.isSorted = false;
        stream.ranks.push(rank);
      }
      stream.places.push(start + row);
      stream.lengths.push(length);
      at = row + length;
    }
  }

  private streamOf(bytes: Buffer, row: number): Known {
    const { format } = this;
    const companyId = format.companyId(bytes, row);
    const walletEnd = format.walletEnd(bytes, row);
    const at = format.walletAt(bytes, row);
    const first = this.known.get(walletEnd);
    for (let known = first; known !== undefined; known = known.next) {
      if (known.companyId === companyId && stands(known.wallet, bytes, at)) return known;
    }
    const walletId = format.walletId(bytes, row);
    const wallet = Uint8Array.from(bytes.subarray(at, at + format.walletWidth));
    const rows = { places: [], lengths: [], ranks: [], isSorted: true };
    const stream: Known = { companyId, walletId, wallet, ...rows, next: first };
    this.known.set(walletEnd, stream);
    this.byKey.set(streamKey(stream), stream);
    return stream;
  }
}

/** A name for a stream, the same whichever rows it has. */
export function streamKey({ companyId, walletId }: Pick<StreamRows, 'companyId' | 'walletId'>): string {
  return `${companyId}:${walletId}`;
}

/** A part's stretches as if they were one: in memory, or read as asked for where there are too many. */
class PartBytes {
  private readonly starts: number[] = [];
  /** Undefined where there are too many. */
  readonly held: RowBatch | undefined;

  constructor(
    private readonly stretches: readonly Stretch[],
    heldMax: number,
  ) {
    let length = 0;
    for (const stretch of stretches) {
      this.starts.push(length);
      length += stretch.length;
    }
    if (length > heldMax) return;
    const held = Buffer.allocUnsafeSlow(length);
    for (const [i, stretch] of stretches.entries())
      readStretch(stretch, 0, stretch.length, held, this.starts[i] as number);
    this.held = new RowBatch(held);
  }

  /** Whole rows, a piece at a time. */
  *pieces(): Generator<{ readonly bytes: Buffer; readonly start: number }> {
    if (this.held !== undefined) {
      yield { bytes: this.held.bytes, start: 0 };
      return;
    }
    for (const [i, stretch] of this.stretches.entries()) {
      const bytes = Buffer.allocUnsafeSlow(stretch.length);
      readStretch(stretch, 0, stretch.length, bytes, 0);
      yield { bytes, start: this.starts[i] as number };
    }
  }

  copy(place: number, length: number, target: Buffer, at: number): void {
    const i = this.stretchAt(place);
    readStretch(this.stretches[i] as Stretch, place - (this.starts[i] as number), length, target, at);
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

function stands(wallet: Uint8Array, bytes: Buffer, at: number): boolean {
  for (let i = 0; i < wallet.length; i++) if (bytes[at + i] !== wallet[i]) return false;
  return true;
}

/** Rows come as they lie in the table: mostly in order, but an update moves one to wherever there is room. */
function sort({ places, lengths, ranks }: Known): void {
  const order = ranks.map((_, i) => i).sort((a, b) => (ranks[a] as number) - (ranks[b] as number));
  const [placesBefore, lengthsBefore] = [[...places], [...lengths]];
  for (const [to, from] of order.entries()) {
    places[to] = placesBefore[from] as number;
    lengths[to] = lengthsBefore[from] as number;
  }
}
