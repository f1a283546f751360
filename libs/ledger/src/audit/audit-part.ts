import type { Finding } from '#domain';
import { sha256 } from '#platform';
import type { StreamRange } from '../feed/stream-reader.js';
import { auditRange, type AuditCounts } from './audit-range.js';
import { inSnapshot, type AuditDatabase } from './snapshot.js';
import { COMPARING_CONNECTIONS } from './projection-audit.js';
import type { CountersTaken } from './counter-audit.js';
import type { ForeignProviderKey } from './stream-fold.js';

/** More findings than these are counted and not kept: a ruined ledger must not fill the memory. */
export const FINDINGS_KEPT = 1_000;

export interface AuditPart {
  readonly snapshotId: string;
  readonly range: StreamRange;
}

export interface AuditedPart extends AuditCounts {
  readonly findings: readonly Finding[];
  readonly findingsTotal: number;
  readonly foreignKeys: readonly ForeignProviderKey[];
  readonly countersTaken: CountersTaken;
}

/** Connections that one part needs: one for the events, and those of the projections. */
const CONNECTIONS = 1 + COMPARING_CONNECTIONS;

/** Looks through one part of the ledger, as it was in the snapshot. */
export async function auditPart(
  database: AuditDatabase,
  { snapshotId, range }: AuditPart,
  onProgress?: (counts: Readonly<AuditCounts>) => void,
): Promise<AuditedPart> {
  return inSnapshot(database, CONNECTIONS, snapshotId, async ([events, ...projections]) => {
    if (events === undefined) throw new TypeError('A part needs its connections.');
    const findings: Finding[] = [];
    let findingsTotal = 0;
    const report = (finding: Finding): void => {
      findingsTotal += 1;
      if (findings.length < FINDINGS_KEPT) findings.push(finding);
    };
    const counts = await auditRange({ events, projections, range, digest: sha256, report, onProgress });
    return { ...counts, findings, findingsTotal };
  });
}
