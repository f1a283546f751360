import type pg from 'pg';
import { copyOut } from './copy-out.js';
import { EVENT_COLUMNS, EventRows, type EventRow } from './event-row.js';

/** A part of all streams: companies from–to and wallets from–to, both ends included. */
export interface StreamRange {
  readonly companies: readonly [from: number, to: number];
  readonly wallets: readonly [from: string, to: string];
}

export const EVERY_COMPANY: StreamRange['companies'] = [0, 2 ** 31 - 1];
export const EVERY_WALLET: StreamRange['wallets'] = [
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
];

/** COPY takes no parameters: the range is a setting of the transaction. */
const SET_RANGE = `
  SELECT set_config('holdfast.company_from', $1, true), set_config('holdfast.company_to', $2, true),
         set_config('holdfast.wallet_from', $3, true), set_config('holdfast.wallet_to', $4, true)`;

/** Columns `company_id` and `wallet_id` within the range that `setRange` has set. */
const IN_RANGE = `
  company_id BETWEEN current_setting('holdfast.company_from')::int AND current_setting('holdfast.company_to')::int
  AND wallet_id BETWEEN current_setting('holdfast.wallet_from')::uuid AND current_setting('holdfast.wallet_to')::uuid`;

/**
 * Events lie in the order in which they were written. A walk over the primary key looks up each of them on a page of its own, which costs
 * three times as much as reading all pages one after the other and sorting the rows.
 */
const SET_READING = `
  SELECT set_config('max_parallel_workers_per_gather', '0', true), set_config('work_mem', '32MB', true),
         set_config('enable_indexscan', $1, true), set_config('enable_bitmapscan', $1, true),
         set_config('enable_seqscan', $2, true), set_config('enable_sort', $2, true)`;

/** Plan: of the whole ledger, one walk over the table, sorted; of one company or wallet, a walk over the primary key. */
const EVENTS_IN_ORDER = `
  COPY (SELECT ${EVENT_COLUMNS} FROM event WHERE ${IN_RANGE} ORDER BY company_id, wallet_id, version) TO STDOUT (FORMAT binary)`;

/** Names the range for the statements that follow in this transaction. */
async function setRange(client: pg.ClientBase, { companies, wallets }: StreamRange): Promise<void> {
  await client.query(SET_RANGE, [String(companies[0]), String(companies[1]), ...wallets]);
}

/**
 * All stored events of the range, stream after stream in order of company and wallet, each from its first version to its
 * last; in batches of what has arrived. Memory stays bounded whatever there is. The connection is in a transaction, and is
 * used by nobody else until the last batch is read.
 */
export async function* readStreams(client: pg.ClientBase, range: StreamRange): AsyncGenerator<readonly EventRow[]> {
  const isWhole = range.companies === EVERY_COMPANY;
  await client.query(SET_READING, isWhole ? ['off', 'on'] : ['on', 'off']);
  await setRange(client, range);
  const rows = new EventRows();
  for await (const batch of copyOut(client, EVENTS_IN_ORDER)) {
    yield batch.places.map((at) => rows.row(batch, at));
  }
}
