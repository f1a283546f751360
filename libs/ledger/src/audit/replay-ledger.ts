import {
  decodeEvent,
  instant,
  MalformedRecord,
  readCanonicalEvent,
  type Instant,
  type LedgerEvent,
  type StoredEvent,
} from '#domain';
import type pg from 'pg';
import { readStreams, type StreamRange } from '../feed/stream-reader.js';
import { inSnapshot, type AuditDatabase } from './snapshot.js';

/** What is done with each event that is replayed. */
export interface ReplayVisitor {
  beginStream(companyId: number, walletId: string): void;
  take(event: LedgerEvent): void;
  endStream(): void;
}

export interface ReplayCounts {
  readonly events: number;
  readonly streams: number;
}

/** A stored event can't be read: what it did to the balances is not known. */
export class UnreadableEventError extends Error {
  override readonly name = 'UnreadableEventError';

  constructor(
    readonly place: { readonly companyId: number; readonly walletId: string; readonly version: bigint },
    options: ErrorOptions,
  ) {
    super(`The event at version ${place.version} of wallet ${place.walletId} can't be read.`, options);
  }
}

/**
 * Shows a visitor all events of a range from their stored bytes, stream after stream, as they are at one moment.
 * @throws UnreadableEventError
 */
export async function replayLedger(
  database: AuditDatabase,
  range: StreamRange,
  visitor: ReplayVisitor,
  onProgress?: (counts: ReplayCounts) => void,
): Promise<ReplayCounts> {
  return inSnapshot(database, async (client) => {
    let [events, streams, companyId, walletId] = [0, 0, -1, ''];
    for await (const batch of readStreams(client, range)) {
      for (const row of batch) {
        if (row.walletId !== walletId || row.companyId !== companyId) {
          ({ companyId, walletId } = row);
          streams += 1;
          visitor.beginStream(companyId, walletId);
        }
        visitor.take(eventOf(row));
      }
      events += batch.length;
      onProgress?.({ events, streams });
    }
    visitor.endStream();
    return { events, streams };
  });
}

function eventOf(row: StoredEvent): LedgerEvent {
  const event = readCanonicalEvent(row.bytes, row.latin1, row.from, row.end);
  if (event !== undefined) return event;
  try {
    return decodeEvent(row.body);
  } catch (error) {
    if (!(error instanceof MalformedRecord)) throw error;
    throw new UnreadableEventError(row, { cause: error });
  }
}

/** Plan: the wallets once, or a company's by primary key. */
const EXTENT = `
  SELECT coalesce(sum(version), 0)::text AS events, (extract(epoch FROM min(created_at)) * 1000000)::bigint::text AS first
  FROM wallet WHERE company_id BETWEEN $1 AND $2`;

/** About how much there is to replay, and when it began. */
export async function ledgerExtent(
  db: pg.ClientBase | pg.Pool,
  companies: StreamRange['companies'],
): Promise<{ readonly events: number; readonly first: Instant | undefined }> {
  const { rows } = await (db as pg.Pool).query<{ events: string; first: string | null }>(EXTENT, [...companies]);
  const first = rows[0]?.first ?? undefined;
  return { events: Number(rows[0]?.events), first: first === undefined ? undefined : instant(Number(first)) };
}
