import { createLogger, Secret } from '#platform';
import { parentPort, workerData } from 'node:worker_threads';
import { auditPart } from './audit-part.js';
import type { ThreadMessage, ThreadOrder } from './run-parts.js';

/** Events between two words of progress. */
const TELL_EVERY = 20_000;

/** A thread of its own for one part of the ledger. */
const { url, applicationName, part } = workerData as ThreadOrder;
const logger = createLogger({ app: 'audit', level: 'fatal', destination: process.stderr });
let told = 0;
const tell = (message: ThreadMessage): void => parentPort?.postMessage(message);

const audited = await auditPart({ url: new Secret(url), applicationName, logger }, part, (counts) => {
  if (counts.events - told < TELL_EVERY) return;
  told = counts.events;
  tell({ kind: 'progress', counts: { ...counts } });
});
tell({ kind: 'done', audited });
