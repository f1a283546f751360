import { RowBatch } from '../feed/row-batch.js';
import { THIRD } from '../feed/stream-columns.js';
import { PartBytes } from './part-bytes.js';
import { RowLists } from './row-lists.js';
import { LENGTH, type Stretch } from './spill-file.js';
import { StreamTable } from './stream-table.js';

/** Rows that are handed on together, unless one is larger: so little that what is read of them stays in the processor's cache. */
const BATCH_BYTES = 65_536;

const HIGH_WORD = 2 ** 32;

export interface RowPartOptions {
  /** How many tables the rows are from. */
  readonly sources: number;
  /** The one whose rows come in the order of their third column, an `int8`; the others come as they were read. */
  readonly ordered?: number;
  /** Bytes; a greater part stays in the file, and its rows are fetched as they are asked for. */
  readonly heldMax?: number;
}

/**
 * Rows of some whole streams that were put aside, found again stream by stream. Made once and loaded with one part after the other, so that
 * its memory is used again: pages that nobody has touched before cost more than what is done with them.
 */
export class RowPart {
  private readonly sources: number;
  private readonly ordered: number | undefined;
  private readonly bytes: PartBytes;
  private readonly table = new StreamTable();
  private readonly lists = new RowLists();
  private scratch: Buffer = Buffer.alloc(0);

  constructor({ sources, ordered, heldMax }: RowPartOptions) {
    this.sources = sources;
    this.ordered = ordered;
    this.bytes = new PartBytes(heldMax);
  }

  /** Takes the place of whatever was loaded before. @param stretches of each source. */
  load(stretches: readonly (readonly Stretch[])[]): void {
    this.table.clear();
    this.lists.clear();
    for (const { source, batch, start } of this.bytes.load(stretches)) this.index(source, batch, start);
  }

  /** They are numbered from 0 on. */
  get streamCount(): number {
    return this.table.count;
  }

  companyId(stream: number): number {
    return this.table.companyId(stream);
  }

  walletId(stream: number): string {
    return this.table.walletId(stream);
  }

  has(stream: number, source: number): boolean {
    return this.lists.has(stream * this.sources + source);
  }

  /** A stream's rows of a source, in batches whose bytes hold until the next one is asked for. */
  *batches(stream: number, source: number): Generator<RowBatch> {
    const { lists } = this;
    const rows = lists.rows(stream * this.sources + source);
    for (let from = 0; from < rows.length;) {
      let [to, size] = [from, 0];
      while (to < rows.length && (to === from || size + lists.length(rows[to] as number) <= BATCH_BYTES)) {
        size += lists.length(rows[to++] as number);
      }
      yield this.gather(rows.slice(from, to), size);
      from = to;
    }
  }

  private gather(rows: readonly number[], size: number): RowBatch {
    if (size > this.scratch.length) this.scratch = Buffer.allocUnsafeSlow(Math.max(size, BATCH_BYTES));
    const batch = new RowBatch(this.scratch.subarray(0, size));
    let at = 0;
    for (const row of rows) {
      const length = this.lists.length(row);
      this.bytes.copy(this.lists.place(row), length, batch.bytes, at);
      batch.add(at, at + length);
      at += length;
    }
    return batch;
  }

  private index(source: number, batch: RowBatch, start: number): void {
    const isOrdered = source === this.ordered;
    for (let at = 0; at < batch.bytes.length;) {
      const length = batch.int32(at);
      const row = at + LENGTH;
      const list = this.table.numberOf(batch, row) * this.sources + source;
      const rank = isOrdered ? batch.int32(row + THIRD) * HIGH_WORD + (batch.int32(row + THIRD + 4) >>> 0) : 0;
      this.lists.add(list, start + row, length, rank);
      at = row + length;
    }
  }
}
