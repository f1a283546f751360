import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';

/** A stretch of a spill file that holds whole rows, each behind its length of four bytes. Any thread of the process can read it. */
export interface Stretch {
  readonly file: number;
  readonly at: number;
  readonly length: number;
}

/**
 * Where rows were put, by part: a part's stretches are those from its start to the next one's. Numbers side by side, not objects: a great ledger has
 * millions of them.
 */
export interface Stretches {
  readonly file: number;
  /** One more than there are parts. */
  readonly starts: Uint32Array;
  readonly at: Float64Array;
  readonly lengths: Uint32Array;
}

export function stretchesOf({ file, starts, at, lengths }: Stretches, part: number): readonly Stretch[] {
  const [start, end] = [starts[part] as number, starts[part + 1] as number];
  return Array.from(at.subarray(start, end), (place, i) => ({ file, at: place, length: lengths[start + i] as number }));
}

/** What a read of one connection came to. */
export interface PutAside {
  readonly stretches: Stretches;
  readonly rows: number;
}

/** There is no room, or no right, to put rows aside. */
export class SpillError extends Error {
  override readonly name = 'SpillError';

  /** @param code the system's, `ENOSPC` mostly. */
  constructor(readonly code: string) {
    super(
      `Rows can't be put aside in ${os.tmpdir()} (${code}): it needs as much room as the ledger takes. Set TMPDIR to a folder that has it.`,
    );
  }
}

/** Before each row. */
export const LENGTH = 4;

/** What waits for being written, of all parts together, at most. */
const WAITING_MAX = 8_388_608;
const BUFFER_MIN = 8_192;
const BUFFER_MAX = 131_072;

/** Rows put aside by part, in a file without a name: it is gone when the process is, however that ends. */
export class SpillFile {
  private readonly file: number;
  private readonly bufferSize: number;
  private readonly buffers: (Buffer | undefined)[];
  private readonly filled: number[];
  /** Of each part, what was written since the last cut: where it is and how long, in turns. */
  private written: number[][];
  private end = 0;

  /** @throws SpillError */
  constructor(
    private readonly parts: number,
    folder = os.tmpdir(),
  ) {
    this.file = openUnnamed(folder);
    this.bufferSize = Math.min(Math.max(Math.floor(WAITING_MAX / parts), BUFFER_MIN), BUFFER_MAX);
    this.buffers = Array.from({ length: parts }, () => undefined);
    this.filled = this.buffers.map(() => 0);
    this.written = this.nothing();
  }

  /** Puts the row aside that stands in `bytes` from `from` up to `end`. @throws SpillError */
  add(part: number, bytes: Buffer, from: number, end: number): void {
    const needed = LENGTH + end - from;
    if ((this.filled[part] as number) + needed > this.bufferSize) this.flush(part);
    if (needed > this.bufferSize) return this.write(part, withLength(bytes.subarray(from, end)), needed);
    const buffer = (this.buffers[part] ??= Buffer.allocUnsafeSlow(this.bufferSize));
    const at = this.filled[part] as number;
    buffer.writeUInt32BE(end - from, at);
    bytes.copy(buffer, at + LENGTH, from, end);
    this.filled[part] = at + needed;
  }

  /** Writes what waits. @returns where the rows are that were added since the last time, by part. @throws SpillError */
  cut(): Stretches {
    for (let part = 0; part < this.parts; part++) this.flush(part);
    const { written } = this;
    this.written = this.nothing();
    const count = written.reduce((sum, numbers) => sum + numbers.length / 2, 0);
    const [starts, at, lengths] = [new Uint32Array(this.parts + 1), new Float64Array(count), new Uint32Array(count)];
    let next = 0;
    for (const [part, numbers] of written.entries()) {
      starts[part] = next;
      for (let i = 0; i < numbers.length; i += 2, next++) {
        at[next] = numbers[i] as number;
        lengths[next] = numbers[i + 1] as number;
      }
    }
    starts[this.parts] = next;
    return { file: this.file, starts, at, lengths };
  }

  /** No more rows come: gives back what memory they waited in. */
  settle(): void {
    this.buffers.fill(undefined);
  }

  close(): void {
    closeSync(this.file);
  }

  private flush(part: number): void {
    const length = this.filled[part] as number;
    if (length === 0) return;
    this.write(part, this.buffers[part] as Buffer, length);
    this.filled[part] = 0;
  }

  private write(part: number, bytes: Buffer, length: number): void {
    try {
      for (let done = 0; done < length;) {
        done += writeSync(this.file, bytes, done, length - done, this.end + done);
      }
    } catch (error) {
      throw new SpillError((error as NodeJS.ErrnoException).code ?? String(error));
    }
    this.written[part]?.push(this.end, length);
    this.end += length;
  }

  private nothing(): number[][] {
    return Array.from({ length: this.parts }, () => []);
  }
}

/** Reads bytes of a stretch, from its `from`th on, to `at` in `target`. */
export function readStretch(
  { file, at: start }: Stretch,
  from: number,
  length: number,
  target: Uint8Array,
  at: number,
): void {
  for (let done = 0; done < length;) {
    const read = readSync(file, target, at + done, length - done, start + from + done);
    if (read === 0) throw new RangeError('A spill file ends before its rows do.');
    done += read;
  }
}

function openUnnamed(folder: string): number {
  const name = path.join(folder, `holdfast-${randomUUID()}`);
  try {
    const file = openSync(name, 'wx+', 0o600);
    unlinkSync(name);
    return file;
  } catch (error) {
    throw new SpillError((error as NodeJS.ErrnoException).code ?? String(error));
  }
}

function withLength(row: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(LENGTH + row.length);
  bytes.writeUInt32BE(row.length);
  row.copy(bytes, LENGTH);
  return bytes;
}
