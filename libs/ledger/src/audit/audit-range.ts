import type { ChainDigest, Report } from '#domain';
import type pg from 'pg';
import { readStreams, setRange, type StreamRange } from '../feed/stream-reader.js';
import { addTaken, type CountersTaken } from './counter-audit.js';
import { ProjectionAudit } from './projection-audit.js';
import { StreamFold, type ForeignProviderKey } from './stream-fold.js';

export interface AuditCounts {
  events: number;
  streams: number;
}

export interface AuditRangeOptions {
  /** All in a transaction of one snapshot, and used by nobody else. */
  readonly events: pg.ClientBase;
  readonly projections: readonly pg.ClientBase[];
  readonly range: StreamRange;
  readonly digest: ChainDigest;
  readonly report: Report;
  /** Told after each batch of events that was looked through, with all there were so far. */
  readonly onProgress?: ((counts: Readonly<AuditCounts>) => void) | undefined;
}

/** What a part of the ledger can't judge by itself. */
export interface AuditedRange extends AuditCounts {
  readonly foreignKeys: readonly ForeignProviderKey[];
  readonly countersTaken: CountersTaken;
}

/** Looks through every stream of the range, and compares the projections with what they fold to. */
export async function auditRange(options: AuditRangeOptions): Promise<AuditedRange> {
  const { events, projections, range, digest, report, onProgress } = options;
  const foreignKeys: ForeignProviderKey[] = [];
  const counts: AuditCounts = { events: 0, streams: 0 };
  for (const client of projections) await setRange(client, range);
  const rows = await ProjectionAudit.open(projections, report, range.writtenSince === undefined);
  const foldOptions = { digest, report, onForeignKey: (key: ForeignProviderKey) => void foreignKeys.push(key) };
  const countersTaken: CountersTaken = new Map();
  const close = (stream: StreamFold): Promise<void> => {
    for (const redemption of stream.audit.redemptions.values()) addTaken(countersTaken, stream.companyId, redemption);
    return rows.compare(stream);
  };
  let stream: StreamFold | undefined;
  for await (const batch of readStreams(events, range)) {
    for (const row of batch) {
      if (stream === undefined || row.walletId !== stream.walletId || row.companyId !== stream.companyId) {
        if (stream !== undefined) await close(stream);
        counts.streams += 1;
        stream = new StreamFold(row.companyId, row.walletId, foldOptions);
      }
      stream.audit.take(row);
    }
    counts.events += batch.length;
    onProgress?.(counts);
  }
  if (stream !== undefined) await close(stream);
  await rows.finish();
  return { ...counts, foreignKeys, countersTaken };
}
