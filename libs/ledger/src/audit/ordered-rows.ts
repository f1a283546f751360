import type pg from 'pg';
import { copyOut, unescaped } from '../feed/copy-out.js';
import type { RowBatch } from '../feed/row-batch.js';

/** A row's texts; `null` where there is none. */
export type TextRow = readonly (string | null)[];

const UUID_WIDTH = 36;
const NULL = '\\N';

/** A row as COPY writes it: its stream's company and wallet, and then whatever else. */
export class OrderedRow {
  readonly companyId: number;
  readonly walletId: string;
  private readonly restAt: number;

  constructor(private readonly line: string) {
    const tab = line.indexOf('\t');
    this.companyId = Number(line.slice(0, tab));
    this.walletId = line.slice(tab + 1, tab + 1 + UUID_WIDTH);
    this.restAt = tab + 2 + UUID_WIDTH;
  }

  /** The values behind company and wallet. */
  get values(): TextRow {
    return this.line
      .slice(this.restAt)
      .split('\t')
      .map((text) => (text === NULL ? null : unescaped(text)));
  }

  /** An id as the first of the values. */
  get id(): string {
    return this.line.slice(this.restAt, this.restAt + UUID_WIDTH);
  }

  /** Whether the values are these, from the `skipped`th on: as a text of their own, where `lineOf` has written it. */
  endsWith(skipped: number, text: string): boolean {
    let at = this.restAt;
    for (let i = 0; i < skipped; i++) at = this.line.indexOf('\t', at) + 1;
    return this.line.length - at === text.length && this.line.endsWith(text);
  }
}

/** Values as COPY writes them. */
export function lineOf(values: readonly (string | null | undefined)[]): string {
  let line = '';
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? undefined;
    if (i > 0) line += '\t';
    if (value === undefined) line += NULL;
    else line += value.includes('\\') ? value.replaceAll('\\', '\\\\') : value;
  }
  return line;
}

/** Times are written in UTC. What is not asked for in the order of an index is sorted. */
const SET_READING = `
  SELECT set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO, YMD', true),
         set_config('max_parallel_workers_per_gather', '0', true), set_config('work_mem', '16MB', true),
         set_config('random_page_cost', '20', true)`;

/** The rows of a statement that orders them by company and wallet, as they arrive. */
export class OrderedRows {
  private batch: RowBatch | undefined;
  private at = 0;
  private row: OrderedRow | undefined;
  private ended = false;

  private constructor(private readonly batches: AsyncGenerator<RowBatch>) {}

  /** `select` is a constant of the program. The connection is in a transaction, and nobody else uses it. */
  static async open(client: pg.ClientBase, select: string): Promise<OrderedRows> {
    await client.query(SET_READING);
    return new OrderedRows(copyOut(client, `COPY (${select}) TO STDOUT`));
  }

  /** The next row without taking it; a promise only where it is still on the way. */
  peek(): OrderedRow | undefined | Promise<OrderedRow | undefined> {
    if (this.row !== undefined || this.ended) return this.row;
    return this.batch !== undefined && this.at < this.batch.length ? this.read(this.batch) : this.arrive();
  }

  take(): void {
    this.row = undefined;
  }

  private read(batch: RowBatch): OrderedRow {
    const [from, end] = [batch.places[this.at] as number, batch.ends[this.at] as number];
    this.at += 1;
    // The line's break is not the row's.
    this.row = new OrderedRow(batch.utf8(from, end - 1));
    return this.row;
  }

  private async arrive(): Promise<OrderedRow | undefined> {
    const next = await this.batches.next();
    if (next.done === true) {
      this.ended = true;
      return undefined;
    }
    this.batch = next.value;
    this.at = 0;
    return this.read(next.value);
  }
}
