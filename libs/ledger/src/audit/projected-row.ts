import type { RowBatch } from '../feed/row-batch.js';
import { COMPANY, LENGTH_BYTES, THIRD, UUID_BYTES, WALLET } from '../feed/stream-columns.js';
import type { ColumnKind } from './column-kinds.js';

/** A projection's row as COPY's binary format has it: its stream's company and wallet, and then whatever else. */
export class ProjectedRow {
  constructor(
    readonly batch: RowBatch,
    private readonly at: number,
  ) {}

  get companyId(): number {
    return this.batch.int32(this.at + COMPANY);
  }

  get walletId(): string {
    return this.batch.uuid(this.at + WALLET);
  }

  /** An id as the third column. */
  get id(): string {
    return this.batch.uuid(this.at + THIRD);
  }

  /** A text as the fourth column, behind an id. */
  get textBehindId(): string {
    const at = this.at + THIRD + UUID_BYTES + LENGTH_BYTES;
    return this.batch.text(at, at + this.batch.int32(at - LENGTH_BYTES));
  }

  isId(id: string): boolean {
    return this.batch.isUuid(this.at + THIRD, id);
  }

  /** Where the first column's value stands behind company and wallet; its length stands before it. */
  get rest(): number {
    return this.at + THIRD;
  }
}

/** A column of a projection's table, and what it ought to hold for a fact. */
export interface Column<F> {
  readonly name: string;
  /** Whether what ought to stand at `at` does, in `length` bytes; below zero: null. */
  holds(batch: RowBatch, at: number, length: number, fact: F): boolean;
  expected(fact: F): string;
  stored(batch: RowBatch, at: number, length: number): string;
}

const NULL = 'null';

export function column<F, T>(name: string, kind: ColumnKind<T>, of: (fact: F) => T | undefined): Column<F> {
  return {
    name,
    holds(batch, at, length, fact) {
      const value = of(fact);
      if (length < 0 || value === undefined) return length < 0 && value === undefined;
      return kind.stands(batch, at, at + length, value);
    },
    expected(fact) {
      const value = of(fact);
      return value === undefined ? NULL : kind.shown(value);
    },
    stored: (batch, at, length) => (length < 0 ? NULL : kind.stored(batch, at, at + length)),
  };
}

/** The first column that does not hold what it ought to. */
export function differingColumn<F>(
  { batch, rest }: ProjectedRow,
  columns: readonly Column<F>[],
  fact: F,
): { readonly expected: string; readonly found: string } | undefined {
  let at = rest;
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i] as Column<F>;
    const length = batch.int32(at - LENGTH_BYTES);
    if (!column.holds(batch, at, length, fact)) {
      const { name } = column;
      return { expected: `${name} ${column.expected(fact)}`, found: `${name} ${column.stored(batch, at, length)}` };
    }
    at += Math.max(length, 0) + LENGTH_BYTES;
  }
  return undefined;
}

/** What stands in the row, a text for each column. */
export function storedValues({ batch, rest }: ProjectedRow, columns: readonly Column<never>[]): readonly string[] {
  let at = rest;
  return columns.map((column) => {
    const [place, length] = [at, batch.int32(at - LENGTH_BYTES)];
    at += Math.max(length, 0) + LENGTH_BYTES;
    return column.stored(batch, place, length);
  });
}
