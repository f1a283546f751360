import { decodeEvent, readCanonicalEvent } from '#domain';
import type pg from 'pg';
import type { RowBatch } from '../feed/row-batch.js';
import { LENGTH_BYTES, THIRD } from '../feed/stream-columns.js';
import type { PartPlaces } from '../parted/part-places.js';
import { RowPart } from '../parted/row-part.js';
import type { Projection, StreamChange } from '../projections/projection.js';
import { StreamFold, type StreamOrigin } from '../projections/stream-fold.js';
import { CUSTOMERS, EVENTS, sourceNames } from './fold-sources.js';
import { FoldOutput } from './fold-output.js';
import { RebuildError } from './rebuild-error.js';
import type { StreamKey } from './stream-key.js';

/** More events of one stream are not held in memory at once: the catching up goes on with what is left. */
export const EVENTS_HELD_MAX = 10_000;

/** Where an event's hash stands behind its version; before each value stands its length. */
const HASH_AT = THIRD + 8 + LENGTH_BYTES;

/** What a part came to. */
export interface FoldedPart {
  readonly events: number;
  readonly streams: number;
  /** Streams too long for one go, which are folded only as far as their shadow rows say. */
  readonly unfinished: readonly StreamKey[];
}

/** Folds all streams of parts from their first event into the shadow tables, one part after the other. */
export class PartFolder {
  private readonly part = new RowPart({ sources: sourceNames.length, ordered: EVENTS });
  private readonly output: FoldOutput;

  constructor(
    private readonly writer: pg.ClientBase,
    projections: readonly Projection[],
  ) {
    this.output = new FoldOutput(projections);
  }

  async fold(places: PartPlaces): Promise<FoldedPart> {
    const { part, output, writer } = this;
    part.load(places);
    let [events, streams] = [0, 0];
    const unfinished: StreamKey[] = [];
    for (let number = 0; number < part.streamCount; number++) {
      if (!part.has(number, EVENTS)) continue;
      const key = { companyId: part.companyId(number), walletId: part.walletId(number) };
      const fold = this.foldStream(number);
      output.add(changeOf(fold, { ...key, customerId: this.customerOf(number) }));
      if (fold.eventCount >= EVENTS_HELD_MAX) unfinished.push(key);
      events += fold.eventCount;
      streams += 1;
      if (output.isFull) await output.write(writer);
    }
    return { events, streams, unfinished };
  }

  /** Writes what waits. */
  async end(): Promise<void> {
    await this.output.write(this.writer);
  }

  private foldStream(number: number): StreamFold {
    const fold = new StreamFold();
    for (const batch of this.part.batches(number, EVENTS)) {
      for (const at of batch.places) {
        if (fold.eventCount >= EVENTS_HELD_MAX) return fold;
        takeEvent(fold, batch, at);
      }
    }
    return fold;
  }

  private customerOf(number: number): string | undefined {
    for (const batch of this.part.batches(number, CUSTOMERS)) {
      const at = (batch.places[0] as number) + THIRD;
      return batch.utf8(at, at + batch.int32(at - LENGTH_BYTES));
    }
    return undefined;
  }
}

function takeEvent(fold: StreamFold, batch: RowBatch, at: number): void {
  const hashEnd = at + HASH_AT + batch.int32(at + HASH_AT - LENGTH_BYTES);
  const from = hashEnd + LENGTH_BYTES;
  const end = from + batch.int32(hashEnd);
  const event = readCanonicalEvent(batch.bytes, batch.latin1, from, end) ?? decodeEvent(batch.utf8(from, end));
  // A copy: the batch's memory is used again.
  fold.take(event, Buffer.from(batch.bytes.subarray(at + HASH_AT, hashEnd)));
}

/** @throws RebuildError where the stream belongs to nobody: no wallet row could name its customer. */
export function changeOf(
  fold: StreamFold,
  { companyId, walletId, customerId }: Omit<StreamOrigin, 'customerId'> & { readonly customerId: string | undefined },
): StreamChange | undefined {
  if (customerId === undefined) {
    throw new RebuildError(
      `Wallet ${walletId} of company ${companyId} has events and no customer: put the row of customer back.`,
    );
  }
  return fold.change({ companyId, walletId, customerId });
}
