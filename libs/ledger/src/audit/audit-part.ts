import type { ChainDigest, Finding } from '#domain';
import { EventRows } from '../feed/event-row.js';
import type { PartPlaces } from '../parted/part-places.js';
import { RowPart } from '../parted/row-part.js';
import { sourceIndex, sourceNames } from './audit-sources.js';
import { addTaken, type CountersTaken } from './counter-audit.js';
import { byPlace, FINDINGS_KEPT } from './kept-findings.js';
import { ProjectionAudit } from './projection-audit.js';
import { StreamFold, type ForeignProviderKey } from './stream-fold.js';

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

/** Looks through the streams of parts, one part after the other, and compares the projections with what they fold to. */
export class PartAuditor {
  private readonly part = new RowPart({ sources: sourceNames.length, ordered: sourceIndex.events });

  constructor(private readonly options: AuditPartOptions) {}

  audit(places: PartPlaces): AuditedPart {
    const { part, options } = this;
    part.load(places);
    const audit = new PartAudit(part, options);
    for (let stream = 0; stream < part.streamCount; stream++) audit.look(stream);
    return audit.done();
  }
}

class PartAudit {
  private events = 0;
  private streams = 0;
  private readonly findings: Finding[] = [];
  private readonly foreignKeys: ForeignProviderKey[] = [];
  private readonly countersTaken: CountersTaken = new Map();
  private readonly projections: ProjectionAudit;
  private readonly rows = new EventRows();

  constructor(
    private readonly part: RowPart,
    private readonly options: AuditPartOptions,
  ) {
    this.projections = new ProjectionAudit(part, this.report);
  }

  look(number: number): void {
    const { part, options, projections } = this;
    if (!part.has(number, sourceIndex.events)) {
      if (options.everyStream) projections.findStrays(number);
      return;
    }
    const companyId = part.companyId(number);
    const stream = new StreamFold(companyId, part.walletId(number), {
      digest: options.digest,
      report: this.report,
      onForeignKey: (key) => void this.foreignKeys.push(key),
    });
    this.takeEvents(number, stream);
    for (const redemption of stream.audit.redemptions()) addTaken(this.countersTaken, companyId, redemption);
    projections.compare(number, stream);
    this.streams += 1;
  }

  done(): AuditedPart {
    const { events, streams, findings, foreignKeys, countersTaken } = this;
    const findingsTotal = findings.length;
    const first = findings.sort(byPlace).slice(0, FINDINGS_KEPT);
    return { events, streams, findings: first, findingsTotal, foreignKeys, countersTaken };
  }

  private takeEvents(number: number, { audit }: StreamFold): void {
    for (const batch of this.part.batches(number, sourceIndex.events)) {
      for (const at of batch.places) audit.take(this.rows.row(batch, at));
      this.events += batch.length;
    }
  }

  private readonly report = (finding: Finding): void => void this.findings.push(finding);
}
