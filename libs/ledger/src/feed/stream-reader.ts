import type { StoredEvent } from '#domain';
import type pg from 'pg';
import { copyOut, unescaped } from './copy-out.js';

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
export const IN_RANGE = `
  company_id BETWEEN current_setting('holdfast.company_from')::int AND current_setting('holdfast.company_to')::int
  AND wallet_id BETWEEN current_setting('holdfast.wallet_from')::uuid AND current_setting('holdfast.wallet_to')::uuid`;

/** Times are read as the server writes them: in UTC, in its own order. And no plan may sort whole ledgers by disk. */
const SET_READING = `
  SELECT set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO, YMD', true),
         set_config('max_parallel_workers_per_gather', '0', true), set_config('enable_seqscan', 'off', true),
         set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true)`;

/** Plan: one walk over the primary key. The body comes last, so that nobody has to look for its end. */
const EVENTS_IN_ORDER = `
  COPY (
    SELECT company_id, wallet_id, version, position, transaction_id, event_id, redemption_id, type, occurred_at,
           available_after, reserved_after, burned_after, points_delta, encode(hash, 'hex'), body
    FROM event WHERE ${IN_RANGE}
    ORDER BY company_id, wallet_id, version
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
  const toEvent = eventReader();
  for await (const lines of copyOut(client, EVENTS_IN_ORDER)) yield lines.map(toEvent);
}

const BODY_AT = 14;

function eventReader(): (line: string) => StoredEvent {
  const instants = instantReader();
  return (line) => {
    const columns = new Array<string>(BODY_AT);
    const escaped = line.includes('\\');
    let from = 0;
    for (let i = 0; i < BODY_AT; i++) {
      const to = line.indexOf('\t', from);
      const column = line.slice(from, to);
      columns[i] = escaped ? unescaped(column) : column;
      from = to + 1;
    }
    const body = escaped ? unescaped(line.slice(from)) : line.slice(from);
    const at = (i: number): string => columns[i] as string;
    return {
      companyId: Number(at(0)),
      walletId: at(1),
      version: at(2),
      position: at(3),
      transactionId: at(4),
      eventId: at(5),
      redemptionId: at(6) === '' ? undefined : at(6),
      type: at(7),
      occurredAt: instants(at(8)),
      availableAfter: at(9),
      reservedAfter: at(10),
      burnedAfter: at(11),
      pointsDelta: at(12) === '' ? undefined : at(12),
      hash: Buffer.from(at(13), 'hex'),
      body,
    };
  };
}

const SERVER_TIME = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00( BC)?$/;

/** A server's time in UTC as the events' bytes have it; what is no such time stays as it is. All events of an append share one. */
function instantReader(): (text: string) => string {
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
