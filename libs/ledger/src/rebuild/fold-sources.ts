import type pg from 'pg';
import {
  OF_PAGES,
  pageRanges,
  pageSettings,
  READ_SIZES,
  type PageRange,
  type TableSize,
} from '../parted/page-range.js';

/** What is read to fold streams: company and wallet first; of an event its version next. Whose a stream is comes from the customer. */
const sources = {
  events: { table: 'event', columns: 'company_id, wallet_id, version, hash, body' },
  customers: { table: 'customer', columns: 'company_id, wallet_id, id' },
} as const;

export type SourceName = keyof typeof sources;

export const sourceNames = Object.keys(sources) as readonly SourceName[];

export const EVENTS = sourceNames.indexOf('events');
export const CUSTOMERS = sourceNames.indexOf('customers');

/** What one connection reads in one go. */
export interface ReadOrder {
  readonly source: SourceName;
  readonly pages: PageRange;
}

/** All there is to read, and how many bytes of tables it comes from. */
export async function readOrders(
  client: pg.ClientBase,
): Promise<{ readonly orders: readonly ReadOrder[]; readonly bytes: number }> {
  const tables = sourceNames.map((name) => sources[name].table);
  const { rows } = await client.query<TableSize>(READ_SIZES, [tables]);
  const orders = sourceNames.flatMap((source) => {
    const pages = rows.find(({ name }) => name === sources[source].table)?.pages ?? 0;
    return pageRanges(pages).map((range) => ({ source, pages: range }));
  });
  return { orders, bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0) };
}

const SET_PAGES = `
  SELECT set_config('holdfast.page_from', $1, true), set_config('holdfast.page_to', $2, true)`;

/** The statement for an order, whose settings are made for this transaction. A company's ledger lies in all pages; a customer may have no wallet. */
export async function prepareRead(client: pg.ClientBase, { source, pages }: ReadOrder): Promise<string> {
  const { table, columns } = sources[source];
  await client.query(SET_PAGES, [...pageSettings(pages)]);
  return `COPY (SELECT ${columns} FROM ${table} WHERE ${OF_PAGES} AND wallet_id IS NOT NULL) TO STDOUT (FORMAT binary)`;
}
