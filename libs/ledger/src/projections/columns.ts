import type { Instant } from '#domain';
import type { CopyRows } from './copy-rows.js';

/** Writes a row's value of one column; where there is none, it is null. */
export type Column<Row> = (rows: CopyRows, row: Row) => void;

type ValueOf<Row, T> = (row: Row) => T | undefined;

export function int4<Row>(of: ValueOf<Row, number>): Column<Row> {
  return column(of, (rows, value) => rows.int4(value));
}

export function int8<Row>(of: ValueOf<Row, bigint>): Column<Row> {
  return column(of, (rows, value) => rows.int8(value));
}

export function uuid<Row>(of: ValueOf<Row, string>): Column<Row> {
  return column(of, (rows, value) => rows.uuid(value));
}

export function text<Row>(of: ValueOf<Row, string>): Column<Row> {
  return column(of, (rows, value) => rows.text(value));
}

export function moment<Row>(of: ValueOf<Row, Instant>): Column<Row> {
  return column(of, (rows, value) => rows.moment(value));
}

export function bytes<Row>(of: ValueOf<Row, Uint8Array>): Column<Row> {
  return column(of, (rows, value) => rows.bytes(value));
}

export function flag<Row>(of: ValueOf<Row, boolean>): Column<Row> {
  return column(of, (rows, value) => rows.flag(value));
}

function column<Row, T>(of: ValueOf<Row, T>, write: (rows: CopyRows, value: T) => void): Column<Row> {
  return (rows, row) => {
    const value = of(row);
    if (value === undefined) rows.null();
    else write(rows, value);
  };
}
