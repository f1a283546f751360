import type { ChainDigest, Finding } from '#domain';
import { EventRows } from '../feed/event-row.js';
import { RowPart, streamKey, type StreamRows } from '../parted/row-part.js';
import type { Stretch } from '../parted/spill-file.js';
import { formatOf, sourceNames, type SourceName } from './audit-sources.js';
import { addTaken, type CountersTaken } from './counter-audit.js';
import { byPlace, FINDINGS_KEPT } from './kept-findings.js';
import { ProjectionAudit, type ProjectedRows } from './projection-audit.js';
import { StreamFold, type ForeignProviderKey } from './stream-fold.js';

/** Where the rows of some whole streams are. */
export type PartPlaces = Readonly<Record<SourceName, readonly Stretch[]>>;

export interface AuditedPart {
  readonly events: number;
  readonly streams: number;
  /** The first of them. */
  readonly findings: readonly Finding[];
  readonly findingsTotal: number;
  readonly foreignKeys: readonly ForeignProviderKey[];
  readonly countersTaken: CountersTaken;
}

export interface AuditPartOptions {
  readonly digest: ChainDigest;
  /** Whether rows of a stream without events are superfluous; they are not where only some of the streams were read. */
  readonly everyStream: boolean;
}

/** Looks through the streams of a part, and compares the projections with what they fold to. */
export function auditPart(places: PartPlaces, { digest, everyStream }: AuditPartOptions): AuditedPart {
  const findings: Finding[] = [];
  const foreignKeys: ForeignProviderKey[] = [];
  const countersTaken: CountersTaken = new Map();
  const report = (finding: Finding): void => void findings.push(finding);
  const onForeignKey = (key: ForeignProviderKey): void => void foreignKeys.push(key);
  const parts = readParts(places);
  const projections = new ProjectionAudit(parts, report);
  let [events, streams] = [0, 0];
  for (const place of placesOf(parts)) {
    const rows = parts.events.stream(streamKey(place));
    if (rows === undefined) {
      if (everyStream) projections.findStrays(place);
      continue;
    }
    const stream = new StreamFold(place.companyId, place.walletId, { digest, report, onForeignKey });
    takeEvents(parts.events, rows, stream);
    for (const redemption of stream.audit.redemptions.values()) addTaken(countersTaken, place.companyId, redemption);
    projections.compare(stream);
    events += rows.places.length;
    streams += 1;
  }
  const findingsTotal = findings.length;
  return {
    events,
    streams,
    findings: findings.sort(byPlace).slice(0, FINDINGS_KEPT),
    findingsTotal,
    foreignKeys,
    countersTaken,
  };
}

type Place = Pick<StreamRows, 'companyId' | 'walletId'>;

function readParts(places: PartPlaces): ProjectedRows & { readonly events: RowPart } {
  const entries = sourceNames.map((name) => [name, new RowPart(places[name], formatOf(name))] as const);
  return Object.fromEntries(entries) as Record<SourceName, RowPart>;
}

/** Every stream that any row is of, in order. */
function placesOf(parts: Readonly<Record<string, RowPart>>): readonly Place[] {
  const places = new Map<string, Place>();
  for (const part of Object.values(parts)) for (const stream of part.streams) places.set(streamKey(stream), stream);
  return [...places.values()].sort(byPlace);
}

function takeEvents(part: RowPart, stream: StreamRows, { audit }: StreamFold): void {
  const rows = new EventRows();
  for (const { batch, places } of part.batches(stream)) for (const at of places) audit.take(rows.row(batch, at));
}
