import { AskedThread } from '../parted/asked-thread.js';
import type { PartPlaces } from '../parted/part-places.js';
import type { PutAside } from '../parted/spill-file.js';
import type { AuditedPart } from './audit-part.js';
import type { ReadOrder } from './audit-sources.js';
import type { Auditor, AuditPlan } from './auditor.js';
import type { AuditDatabase } from './snapshot.js';

/** What a thread is made with; it opens a connection of its own. */
export interface ThreadData {
  readonly url: string;
  readonly applicationName: string;
  readonly plan: AuditPlan;
}

export type ThreadOrder = { readonly read: ReadOrder } | { readonly audit: PartPlaces };

/** Rows are short-lived, but a stream's redemptions are held until they are compared: with room for them they aren't copied again and again. */
const YOUNG_MB = 48;

/** Works in a thread of its own. */
export class ThreadAuditor implements Auditor {
  private readonly thread: AskedThread<ThreadOrder, PutAside | AuditedPart>;

  constructor({ url, applicationName }: AuditDatabase, plan: AuditPlan) {
    const workerData: ThreadData = { url: url.reveal(), applicationName, plan };
    this.thread = new AskedThread(new URL('audit-thread.js', import.meta.url), {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
  }

  /** @throws SpillError */
  async read(order: ReadOrder): Promise<PutAside> {
    return (await this.thread.ask({ read: order })) as PutAside;
  }

  async audit(places: PartPlaces): Promise<AuditedPart> {
    return (await this.thread.ask({ audit: places })) as AuditedPart;
  }

  close(): Promise<void> {
    return this.thread.close();
  }
}
