import type { StoredEvent } from '#domain';
import type pg from 'pg';
import { copyOut, unescaped } from './copy-out.js';

/** A part of all streams: companies from–to and wallets from–to, both ends included. */
export interface StreamRange {
  readonly companies: readonly [from: number, to: number];
  readonly wallets: readonly [from: string, to: string];
  /** Only streams that were written to by this transaction or a later one, but those whole: an id of PostgreSQL's. */
  readonly writtenSince?: string | undefined;
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
export const IN_RANGE = `
  company_id BETWEEN current_setting('holdfast.company_from')::int AND current_setting('holdfast.company_to')::int
  AND wallet_id BETWEEN current_setting('holdfast.wallet_from')::uuid AND current_setting('holdfast.wallet_to')::uuid`;

/** Times are read as the server writes them: in UTC, in its own order. And no plan may sort whole ledgers by disk. */
const SET_READING = `
  SELECT set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO, YMD', true),
         set_config('max_parallel_workers_per_gather', '0', true), set_config('enable_seqscan', 'off', true),
         set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true)`;

/** The body comes last, so that nobody has to look for its end. */
const COLUMNS = `
  company_id, wallet_id, version, position, transaction_id, event_id, redemption_id, type, occurred_at, available_after,
  reserved_after, burned_after, points_delta, encode(hash, 'hex'), body`;

/** Plan: one walk over the primary key. */
const EVENTS_IN_ORDER = `
  COPY (SELECT ${COLUMNS} FROM event WHERE ${IN_RANGE} ORDER BY company_id, wallet_id, version) TO STDOUT (NULL '')`;

const SET_SINCE = `SELECT set_config('holdfast.written_since', $1, true), set_config('enable_sort', 'on', true)`;

/** Plan: the feed's index for what is new, sorted; then a walk over the primary key for each stream of that, in that order. */
const WRITTEN_SINCE = `
  COPY (
    WITH written AS MATERIALIZED (
      SELECT DISTINCT company_id, wallet_id FROM event
      WHERE ${IN_RANGE} AND transaction_id >= current_setting('holdfast.written_since')::xid8
      ORDER BY company_id, wallet_id)
    SELECT stream.* FROM written CROSS JOIN LATERAL (
      SELECT ${COLUMNS} FROM event e
      WHERE e.company_id = written.company_id AND e.wallet_id = written.wallet_id ORDER BY e.version) stream
  ) TO STDOUT (NULL '')`;

/** Names the range for the statements that follow in this transaction. */
export async function setRange(client: pg.ClientBase, { companies, wallets }: StreamRange): Promise<void> {
  await client.query(SET_RANGE, [String(companies[0]), String(companies[1]), ...wallets]);
}

/**
 * All stored events of the range, stream after stream in order of company and wallet, each from its first version to its
 * last; in batches of what has arrived. Memory stays bounded whatever there is. The connection is in a transaction, and is
 * used by nobody else until the last batch is read.
 */
export async function* readStreams(client: pg.ClientBase, range: StreamRange): AsyncGenerator<readonly StoredEvent[]> {
  await client.query(SET_READING);
  await setRange(client, range);
  if (range.writtenSince !== undefined) await client.query(SET_SINCE, [range.writtenSince]);
  yield* copyOut(client, range.writtenSince === undefined ? EVENTS_IN_ORDER : WRITTEN_SINCE, eventReader());
}

const TAB = 0x09;
const BACKSLASH = 0x5c;
/** Columns before the body. */
const BODY_AT = 14;

/** What stands between tabs is cut out of one text; the body becomes a text of its own, which is read many times. */
function eventReader(): (line: Buffer) => StoredEvent {
  const timeOf = timeReader();
  const ends = new Array<number>(BODY_AT).fill(0);
  return (line) => {
    let at = 0;
    for (let i = 0; i < BODY_AT; i++) {
      while (line[at] !== TAB && at < line.length) at++;
      ends[i] = at++;
    }
    const head = line.toString('latin1', 0, at);
    const column = (i: number): string => head.slice(i === 0 ? 0 : (ends[i - 1] as number) + 1, ends[i]);
    const escaped = line.includes(BACKSLASH, at);
    const written = line.toString('utf8', at);
    const body = escaped ? unescaped(written) : written;
    return {
      companyId: Number(column(0)),
      walletId: column(1),
      version: column(2),
      position: column(3),
      transactionId: column(4),
      eventId: column(5),
      redemptionId: column(6) || undefined,
      // The one column of text that somebody could have written anything into.
      type: unescaped(column(7)),
      occurredAt: timeOf(column(8)),
      availableAfter: column(9),
      reservedAfter: column(10),
      burnedAfter: column(11),
      pointsDelta: column(12) || undefined,
      hash: Buffer.from(column(13), 'hex'),
      body,
      bytes: escaped ? Buffer.from(body) : Buffer.from(line.subarray(at)),
    };
  };
}

const SERVER_TIME = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00( BC)?$/;

/** A server's time in UTC as the events' bytes have it; what is no such time stays as it is. All events of an append share one. */
function timeReader(): (text: string) => string {
  let lastText = '';
  let last = '';
  return (text) => {
    if (text === lastText) return last;
    lastText = text;
    last = canonicalTime(text);
    return last;
  };
}

/** `2026-11-22 05:55:19.8965+00` is `2026-11-22T05:55:19.896500Z`. */
export function canonicalTime(text: string): string {
  const match = SERVER_TIME.exec(text);
  if (match === null || match[4] !== undefined) return text;
  return `${match[1]}T${match[2]}.${(match[3] ?? '').padEnd(6, '0')}Z`;
}
