import { stringify } from 'csv-stringify/sync';
import { decodeEvent, formatInstant, postingsOf, redemptionIdOf } from '#domain';
import type { PagedEvent } from '#ledger';
import type { Manifest } from './manifest.js';

/** Turns events into the lines of a part. */
export interface LineFormat {
  /** The first line of every part; empty where there is none. */
  readonly heading: string;
  readonly text: (events: readonly PagedEvent[]) => { readonly text: string; readonly lines: number };
}

const EVENT_START = '{"event":';
const HASH_START = ',"hash":"';
const LINE_END = '"}';
const HASH_DIGITS = 64;

/** The stored bytes of an event, untouched, and its hash. */
export function eventLine({ body, hash }: Pick<PagedEvent, 'body' | 'hash'>): string {
  return `${EVENT_START}${body}${HASH_START}${hash}${LINE_END}`;
}

/** What `eventLine` wrote, byte for byte; undefined for any other line. */
export function readEventLine(line: string): Pick<PagedEvent, 'body' | 'hash'> | undefined {
  const bodyEnd = line.length - LINE_END.length - HASH_DIGITS - HASH_START.length;
  const isLine = line.startsWith(EVENT_START) && line.startsWith(HASH_START, bodyEnd) && line.endsWith(LINE_END);
  if (!isLine) return undefined;
  const hash = line.slice(bodyEnd + HASH_START.length, -LINE_END.length);
  return { body: line.slice(EVENT_START.length, bodyEnd), hash };
}

const EVENT_COLUMNS = ['company_id', 'wallet_id', 'version', 'type', 'occurred_at', 'redemption_id', 'hash', 'bytes'];
const POSTING_COLUMNS = [
  ...['company_id', 'wallet_id', 'version', 'event_id', 'type', 'occurred_at', 'redemption_id', 'account', 'points'],
];

export function lineFormat({ content, lines }: Pick<Manifest, 'content' | 'lines'>): LineFormat {
  const rowsOf = content === 'events' ? eventRows : postingRows;
  const columns = content === 'events' ? EVENT_COLUMNS : POSTING_COLUMNS;
  if (lines === 'csv') {
    return {
      heading: stringify([columns]),
      text: (events) => {
        const rows = events.flatMap(rowsOf);
        return { text: stringify(rows), lines: rows.length };
      },
    };
  }
  const linesOf = content === 'events' ? (event: PagedEvent) => [eventLine(event)] : postingLines;
  return {
    heading: '',
    text: (events) => {
      const all = events.flatMap(linesOf);
      return { text: all.map((line) => `${line}\n`).join(''), lines: all.length };
    },
  };
}

type Cell = string | number;

function eventRows(paged: PagedEvent): readonly Cell[][] {
  const event = decodeEvent(paged.body);
  const { companyId, walletId, version, hash, body } = paged;
  const redemptionId = redemptionIdOf(event) ?? '';
  return [[companyId, walletId, version, event.type, formatInstant(event.occurredAt), redemptionId, hash, body]];
}

function postingRows({ body }: PagedEvent): readonly Cell[][] {
  const event = decodeEvent(body);
  const { companyId, walletId, version, eventId, type, occurredAt } = event;
  return postingsOf(event).map(({ account, points }) => [
    ...[companyId, walletId, String(version), eventId, type, formatInstant(occurredAt), redemptionIdOf(event) ?? ''],
    ...[account, String(points)],
  ]);
}

function postingLines(paged: PagedEvent): readonly string[] {
  const names = [
    'companyId',
    'walletId',
    'version',
    'eventId',
    'type',
    'occurredAt',
    'redemptionId',
    'account',
    'points',
  ];
  return postingRows(paged).map((cells) =>
    JSON.stringify(Object.fromEntries(names.map((name, i) => [name, cells[i] === '' ? null : cells[i]]))),
  );
}
