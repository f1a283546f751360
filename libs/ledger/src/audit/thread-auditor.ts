import { Worker } from 'node:worker_threads';
import { SpillError } from '../parted/spill-file.js';
import type { AuditedPart, PartPlaces } from './audit-part.js';
import type { ReadOrder } from './audit-sources.js';
import type { Auditor, AuditPlan, PutAside } from './auditor.js';
import type { AuditDatabase } from './snapshot.js';

/** What a thread is made with; it opens a connection of its own. */
export interface ThreadData {
  readonly url: string;
  readonly applicationName: string;
  readonly plan: AuditPlan;
}

export type ThreadOrder = { readonly read: ReadOrder } | { readonly audit: PartPlaces };

export type ThreadAnswer = { readonly done: PutAside | AuditedPart } | { readonly noRoom: string };

/** Rows are short-lived, but a stream's redemptions are held until they are compared: with room for them they aren't copied again and again. */
const YOUNG_MB = 48;

/** Works in a thread of its own. */
export class ThreadAuditor implements Auditor {
  private readonly thread: Worker;
  private settle: { resolve: (answer: ThreadAnswer) => void; reject: (error: unknown) => void } | undefined;

  constructor({ url, applicationName }: AuditDatabase, plan: AuditPlan) {
    const workerData: ThreadData = { url: url.reveal(), applicationName, plan };
    this.thread = new Worker(new URL('audit-thread.js', import.meta.url), {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.thread.on('message', (answer: ThreadAnswer) => this.settle?.resolve(answer));
    this.thread.on('error', (error) => this.settle?.reject(error));
    this.thread.on('exit', (code) => this.settle?.reject(new Error(`A thread of the audit ended with code ${code}.`)));
  }

  /** @throws SpillError */
  async read(order: ReadOrder): Promise<PutAside> {
    return (await this.ask({ read: order })) as PutAside;
  }

  async audit(places: PartPlaces): Promise<AuditedPart> {
    return (await this.ask({ audit: places })) as AuditedPart;
  }

  async close(): Promise<void> {
    await this.thread.terminate();
  }

  private async ask(order: ThreadOrder): Promise<PutAside | AuditedPart> {
    const answer = await new Promise<ThreadAnswer>((resolve, reject) => {
      this.settle = { resolve, reject };
      this.thread.postMessage(order);
    });
    if ('done' in answer) return answer.done;
    throw new SpillError(answer.noRoom);
  }
}
