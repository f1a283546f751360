import { createLogger, Secret } from '#platform';
import { parentPort, workerData } from 'node:worker_threads';
import { SpillError } from '../parted/spill-file.js';
import { LocalAuditor } from './auditor.js';
import type { ThreadAnswer, ThreadData, ThreadOrder } from './thread-auditor.js';

// The program of a thread that audits: one order, one answer.
const { url, applicationName, plan } = workerData as ThreadData;
const logger = createLogger({ app: 'audit', level: 'fatal', destination: process.stderr });
let auditor: LocalAuditor | undefined;

parentPort?.on('message', (order: ThreadOrder) => {
  void answer(order).then((message) => parentPort?.postMessage(message));
});

/** Whatever else goes wrong ends the thread, and says so. */
async function answer(order: ThreadOrder): Promise<ThreadAnswer> {
  try {
    auditor ??= new LocalAuditor({ url: new Secret(url), applicationName, logger }, plan);
    return { done: 'read' in order ? await auditor.read(order.read) : await auditor.audit(order.audit) };
  } catch (error) {
    if (!(error instanceof SpillError)) throw error;
    return { noRoom: error.code };
  }
}
