import { Worker } from 'node:worker_threads';
import { auditPart, type AuditedPart, type AuditPart } from './audit-part.js';
import type { AuditCounts } from './audit-range.js';
import type { AuditDatabase } from './snapshot.js';

/** What a thread is given; it opens connections of its own. */
export interface ThreadOrder {
  readonly url: string;
  readonly applicationName: string;
  readonly part: AuditPart;
}

export type ThreadMessage =
  | { readonly kind: 'progress'; readonly counts: AuditCounts }
  | { readonly kind: 'done'; readonly audited: AuditedPart };

/** Rows are short-lived, but a stream's redemptions are held until they are compared: with room for them they aren't copied again and again. */
const YOUNG_MB = 64;

/** All parts at once: one in this thread, several in a thread each. One that fails ends the others. */
export async function runParts(
  database: AuditDatabase,
  parts: readonly AuditPart[],
  onProgress: (counts: AuditCounts) => void,
): Promise<readonly AuditedPart[]> {
  const counts = parts.map((): AuditCounts => ({ events: 0, streams: 0 }));
  const tellOf = (index: number) => (part: Readonly<AuditCounts>) => {
    counts[index] = { ...part };
    onProgress(sumOf(counts));
  };
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return [await auditPart(database, only, tellOf(0))];
  const threads: Worker[] = [];
  try {
    return await Promise.all(
      parts.map((part, index) => {
        const { url, applicationName } = database;
        const order: ThreadOrder = { url: url.reveal(), applicationName, part };
        const thread = new Worker(new URL('audit-thread.js', import.meta.url), {
          workerData: order,
          resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
        });
        threads.push(thread);
        return finished(thread, tellOf(index));
      }),
    );
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

function finished(thread: Worker, tell: (counts: AuditCounts) => void): Promise<AuditedPart> {
  return new Promise((resolve, reject) => {
    thread.on('message', (message: ThreadMessage) => {
      if (message.kind === 'progress') return tell(message.counts);
      tell(message.audited);
      resolve(message.audited);
    });
    thread.on('error', reject);
    thread.on('exit', (code) => reject(new Error(`A thread of the audit ended with code ${code}.`)));
  });
}

function sumOf(all: readonly AuditCounts[]): AuditCounts {
  const sum = { events: 0, streams: 0 };
  for (const { events, streams } of all) {
    sum.events += events;
    sum.streams += streams;
  }
  return sum;
}
