import { sha256 } from '#platform';
import type { PartPlaces } from '../parted/part-places.js';
import { partRows } from '../parted/part-rows.js';
import { SpillFile, type PutAside } from '../parted/spill-file.js';
import { PartAuditor, type AuditedPart } from './audit-part.js';
import { prepareRead, type AuditScope, type ReadOrder } from './audit-sources.js';
import { openSnapshot, type AuditDatabase, type Snapshot } from './snapshot.js';

/** What all who take part in an audit have to know. */
export interface AuditPlan {
  readonly snapshotId: string;
  readonly scope: AuditScope;
  /** How many parts the streams are divided into. */
  readonly parts: number;
}

/** Takes orders, one after the other: to read rows and put them aside by stream, and then to look through the streams of a part. */
export interface Auditor {
  read(order: ReadOrder): Promise<PutAside>;
  audit(places: PartPlaces): Promise<AuditedPart>;
  /** Its rows can't be read any more by anybody. */
  close(): Promise<void>;
}

/** Works in this thread, on one connection. */
export class LocalAuditor implements Auditor {
  private readonly spill: SpillFile;
  private snapshot: Promise<Snapshot> | undefined;
  private parts: PartAuditor | undefined;

  /** @throws SpillError */
  constructor(
    private readonly database: AuditDatabase,
    private readonly plan: AuditPlan,
  ) {
    this.spill = new SpillFile(plan.parts);
  }

  /** @throws SpillError */
  async read(order: ReadOrder): Promise<PutAside> {
    const { database, plan, spill } = this;
    this.snapshot ??= openSnapshot(database, plan.snapshotId);
    const { client } = await this.snapshot;
    const statement = await prepareRead(client, plan.scope, order);
    return partRows(client, statement, { spill, parts: plan.parts });
  }

  async audit(places: PartPlaces): Promise<AuditedPart> {
    this.spill.settle();
    await this.endSnapshot();
    this.parts ??= new PartAuditor({ digest: sha256, everyStream: this.plan.scope.writtenSince === undefined });
    return this.parts.audit(places);
  }

  /** Nothing may be put aside any more when the file is closed. */
  async close(): Promise<void> {
    await this.endSnapshot();
    this.spill.close();
  }

  private async endSnapshot(): Promise<void> {
    const { snapshot } = this;
    this.snapshot = undefined;
    // Whatever went wrong with it has been said.
    await snapshot?.then((opened) => opened.close()).catch(() => undefined);
  }
}
