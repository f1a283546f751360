/** Pages of a table, the last not included. */
export type PageRange = readonly [from: number, to: number];

/** 64 MB of a table. */
const PAGES_A_READ = 8_192;
const PAGES_MAX = 2 ** 32 - 1;

/** A table in ranges of pages that several connections can read at once. */
export function pageRanges(pages: number): readonly PageRange[] {
  const reads = Math.max(Math.ceil(pages / PAGES_A_READ), 1);
  return Array.from({ length: reads }, (_, i) => {
    // The table may have grown, and what is in its new pages may be older than the snapshot.
    const to = i === reads - 1 ? PAGES_MAX : (i + 1) * PAGES_A_READ;
    return [i * PAGES_A_READ, to];
  });
}

/** COPY takes no parameters: the range is a setting of the transaction. Plan: pages are found by their number. */
export const OF_PAGES = `
  ctid >= current_setting('holdfast.page_from')::tid AND ctid < current_setting('holdfast.page_to')::tid`;

/** What `OF_PAGES` compares with, for `set_config`. */
export function pageSettings([from, to]: PageRange): readonly [pageFrom: string, pageTo: string] {
  return [`(${from},0)`, `(${to},0)`];
}

/** Of the tables $1: how many pages there are, and bytes with all that belongs to them. */
export const READ_SIZES = `
  SELECT name, pg_relation_size(to_regclass(name))::float8 / current_setting('block_size')::int AS pages,
         pg_table_size(to_regclass(name))::float8 AS bytes
  FROM unnest($1::text[]) name`;

export interface TableSize {
  readonly name: string;
  readonly pages: number;
  readonly bytes: number;
}
