import type pg from 'pg';
import { EVENT_COLUMNS } from '../feed/event-row.js';
import { EVERY_COMPANY, type StreamRange } from '../feed/stream-reader.js';
import {
  OF_PAGES,
  pageRanges,
  pageSettings,
  READ_SIZES,
  type PageRange,
  type TableSize,
} from '../parted/page-range.js';
import {
  selectKeys,
  selectMarks,
  selectRedemptions,
  selectWallets,
  selectWork,
  type Select,
} from './projection-statements.js';

/** What of the ledger is looked at. */
export interface AuditScope {
  readonly companies: StreamRange['companies'];
  /** Only streams written to by this transaction or a later one. */
  readonly writtenSince?: string | undefined;
}

interface Source {
  readonly select: Select;
  /** The table that can be read a stretch of pages at a time, by several connections. */
  readonly table?: string;
}

const selectEvents: Select = (where) => `SELECT ${EVENT_COLUMNS} FROM event WHERE ${where}`;

/** Everything that the audit reads, each row once, in COPY's binary format. Company and wallet come first. */
const sources = {
  wallets: { select: selectWallets },
  marks: { select: selectMarks },
  work: { select: selectWork },
  keys: { select: selectKeys, table: 'command_key' },
  redemptions: { select: selectRedemptions, table: 'redemption' },
  events: { select: selectEvents, table: 'event' },
} as const satisfies Record<string, Source>;

export type SourceName = keyof typeof sources;

export const sourceNames = Object.keys(sources) as readonly SourceName[];

/** A source's number. */
export const sourceIndex = Object.fromEntries(sourceNames.map((name, i) => [name, i])) as Readonly<
  Record<SourceName, number>
>;

/** What one connection reads in one go: all of a source, or the pages from–to of its table, the last not included. */
export interface ReadOrder {
  readonly source: SourceName;
  readonly pages?: PageRange;
}

const EVERYTHING = 'true';
const OF_COMPANIES = `
  company_id BETWEEN current_setting('holdfast.company_from')::int AND current_setting('holdfast.company_to')::int`;

/** All there is to read, and how many bytes of tables it comes from. What nobody can share in comes first. */
export async function readOrders(
  client: pg.ClientBase,
  scope: AuditScope,
): Promise<{ readonly orders: readonly ReadOrder[]; readonly bytes: number }> {
  const tables = sourceNames.flatMap((name) => tableOf(name) ?? []);
  const { rows } = await client.query<TableSize>(READ_SIZES, [tables]);
  const pagesOf = new Map(rows.map(({ name, pages }) => [name, pages]));
  const orders = sourceNames.flatMap((source): ReadOrder[] => {
    const table = tableOf(source);
    if (table === undefined || !isWhole(scope)) return [{ source }];
    return pageRanges(pagesOf.get(table) ?? 0).map((pages) => ({ source, pages }));
  });
  return { orders, bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** COPY takes no parameters: what it reads is a setting of the transaction. */
const SET_READING = `
  SELECT set_config('max_parallel_workers_per_gather', '0', true), set_config('work_mem', '32MB', true),
         set_config('random_page_cost', '20', true), set_config('enable_seqscan', $1, true), set_config('enable_bitmapscan', 'on', true),
         set_config('holdfast.company_from', $2, true), set_config('holdfast.company_to', $3, true),
         set_config('holdfast.page_from', $4, true), set_config('holdfast.page_to', $5, true)`;

const SET_SINCE = `
  SELECT set_config('holdfast.written_since', $1, true), set_config('enable_seqscan', 'off', true),
         set_config('enable_bitmapscan', 'off', true)`;

/** Plan: the feed's index for what is new; then a walk over the primary key for each stream of that. */
const SELECT_WRITTEN = `
  WITH written AS MATERIALIZED (
    SELECT DISTINCT company_id, wallet_id FROM event
    WHERE ${OF_COMPANIES} AND transaction_id >= current_setting('holdfast.written_since')::xid8)
  SELECT stream.* FROM written CROSS JOIN LATERAL (
    SELECT ${EVENT_COLUMNS} FROM event e WHERE e.company_id = written.company_id AND e.wallet_id = written.wallet_id) stream`;

/**
 * The statement for an order, whose settings are made. Plan: the tables once, from the first page to the last; a range of pages is found
 * by their number. Rows of one company, and streams written to of late, go by index where there is one.
 */
export async function prepareRead(
  client: pg.ClientBase,
  { companies, writtenSince }: AuditScope,
  { source, pages }: ReadOrder,
): Promise<string> {
  const { select } = sources[source];
  const inPages = pages !== undefined;
  const settings = [inPages ? 'off' : 'on', ...companies.map(String), ...pageSettings(pages ?? [0, 0])];
  await client.query(SET_READING, settings);
  if (source === 'events' && writtenSince !== undefined) {
    await client.query(SET_SINCE, [writtenSince]);
    return `COPY (${SELECT_WRITTEN}) TO STDOUT (FORMAT binary)`;
  }
  const where = inPages ? OF_PAGES : isEvery(companies) ? EVERYTHING : OF_COMPANIES;
  return `COPY (${select(where)}) TO STDOUT (FORMAT binary)`;
}

function tableOf(name: SourceName): string | undefined {
  return (sources[name] as Source).table;
}

function isWhole({ companies, writtenSince }: AuditScope): boolean {
  return isEvery(companies) && writtenSince === undefined;
}

/** A thread is given a copy. */
function isEvery(companies: StreamRange['companies']): boolean {
  return companies[0] === EVERY_COMPANY[0] && companies[1] === EVERY_COMPANY[1];
}
