import { decodeEvent, readCanonicalEvent } from '#domain';
import type pg from 'pg';
import { copyOut } from '../feed/copy-out.js';
import type { RowBatch } from '../feed/row-batch.js';
import type { Projection, StreamChange } from '../projections/projection.js';
import { StreamFold } from '../projections/stream-fold.js';
import { copyIn, CopyRows } from './copy-in.js';
import { RebuildError } from './rebuild-error.js';
import { SHADOW } from './shadow-tables.js';
import type { Slice } from './slices.js';

/** More events of one stream are not held in memory at once: the catching up goes on with what is left. */
export const EVENTS_HELD_MAX = 10_000;

/** Rows go out when there is so much of them, or when all of the slice is read. */
const BYTES_HELD_MAX = 8_000_000;

const BEGIN = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`;

/** COPY takes no parameters: the slice is a setting of the transaction. And no plan may sort or scan whole ledgers. */
const SET_SLICE = `
  SELECT set_config('holdfast.company', $1, true), set_config('holdfast.wallet_from', $2, true),
         set_config('holdfast.wallet_to', $3, true), set_config('enable_seqscan', 'off', true),
         set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true)`;

/** Plan: one walk over the primary key. */
const READ_EVENTS = `
  COPY (
    SELECT wallet_id, hash, body FROM event
    WHERE company_id = current_setting('holdfast.company')::int
      AND wallet_id BETWEEN current_setting('holdfast.wallet_from')::uuid AND current_setting('holdfast.wallet_to')::uuid
    ORDER BY company_id, wallet_id, version
  ) TO STDOUT (FORMAT binary)`;

/** Plan: a walk over the wallets' index of customers. */
const READ_CUSTOMERS = `
  SELECT wallet_id, id FROM customer WHERE company_id = $1 AND wallet_id BETWEEN $2 AND $3`;

/** Where a row's values stand; before each stands its length, of four bytes. */
const WALLET_AT = 6;
const HASH_AT = WALLET_AT + 16 + 4;

/** What a slice came to. */
export interface FoldedSlice {
  readonly events: number;
  readonly streams: number;
  /** Streams too long for one go, which are folded only as far as their shadow rows say. */
  readonly unfinished: readonly string[];
}

/**
 * Folds all streams of a slice from their first event, as one snapshot shows them, into the shadow tables. `reader` and `writer` are two
 * connections: rows go out while others come in.
 */
export async function foldSlice(
  reader: pg.ClientBase,
  writer: pg.ClientBase,
  slice: Slice,
  projections: readonly Projection[],
): Promise<FoldedSlice> {
  const output = new SliceOutput(projections);
  const { companyId, walletFrom, walletTo } = slice;
  await reader.query(BEGIN);
  await reader.query(SET_SLICE, [String(companyId), walletFrom, walletTo]);
  const found = await reader.query<{ wallet_id: string; id: string }>(READ_CUSTOMERS, [
    companyId,
    walletFrom,
    walletTo,
  ]);
  const customers = new Map(found.rows.map(({ wallet_id, id }) => [wallet_id, id]));
  const streams = new SliceFold((walletId, fold) => {
    output.add(changeOf(fold, { companyId, walletId, customerId: customers.get(walletId) }));
  });
  for await (const batch of copyOut(reader, READ_EVENTS)) {
    for (const at of batch.places) streams.take(batch, at);
    if (output.length >= BYTES_HELD_MAX) await output.write(writer);
  }
  streams.end();
  await reader.query('COMMIT');
  await output.write(writer);
  return { events: streams.events, streams: streams.count, unfinished: streams.unfinished };
}

/** @throws RebuildError where the stream belongs to nobody: no wallet row could name its customer. */
export function changeOf(
  fold: StreamFold,
  { companyId, walletId, customerId }: { companyId: number; walletId: string; customerId: string | undefined },
): StreamChange | undefined {
  if (customerId === undefined) {
    throw new RebuildError(
      `Wallet ${walletId} of company ${companyId} has events and no customer: put the row of customer back.`,
    );
  }
  return fold.change({ companyId, walletId, customerId });
}

class SliceFold {
  events = 0;
  count = 0;
  readonly unfinished: string[] = [];
  private walletId = '';
  private fold = new StreamFold();

  constructor(private readonly onStream: (walletId: string, fold: StreamFold) => void) {}

  take(batch: RowBatch, at: number): void {
    if (!batch.isUuid(at + WALLET_AT, this.walletId)) {
      this.end();
      this.walletId = batch.uuid(at + WALLET_AT);
      this.fold = new StreamFold();
    }
    if (this.fold.eventCount >= EVENTS_HELD_MAX) return;
    const hashEnd = at + HASH_AT + batch.int32(at + HASH_AT - 4);
    const from = hashEnd + 4;
    const end = from + batch.int32(hashEnd);
    const event = readCanonicalEvent(batch.bytes, batch.latin1, from, end) ?? decodeEvent(batch.utf8(from, end));
    this.fold.take(event, batch.bytes.subarray(at + HASH_AT, hashEnd));
    this.events += 1;
  }

  end(): void {
    if (this.walletId === '') return;
    this.count += 1;
    if (this.fold.eventCount >= EVENTS_HELD_MAX) this.unfinished.push(this.walletId);
    this.onStream(this.walletId, this.fold);
    this.walletId = '';
  }
}

/** The rows of a slice, by table. */
class SliceOutput {
  private readonly tables;

  constructor(projections: readonly Projection[]) {
    this.tables = projections.map((projection) => ({
      projection,
      statement: `COPY ${SHADOW}.${projection.table} (${projection.columns.join(', ')}) FROM STDIN`,
      rows: new CopyRows(),
    }));
  }

  /** Bytes that wait for being written. */
  get length(): number {
    return this.tables.reduce((sum, { rows }) => sum + rows.length, 0);
  }

  add(change: StreamChange | undefined): void {
    if (change === undefined) return;
    for (const { projection, rows } of this.tables) for (const row of projection.rowsOf(change)) rows.add(row);
  }

  async write(writer: pg.ClientBase): Promise<void> {
    await writer.query('BEGIN');
    for (const table of this.tables) {
      if (table.rows.length > 0) await copyIn(writer, table.statement, table.rows);
      table.rows = new CopyRows();
    }
    await writer.query('COMMIT');
  }
}
