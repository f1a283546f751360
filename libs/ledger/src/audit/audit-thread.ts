import { createLogger, Secret } from '#platform';
import { workerData } from 'node:worker_threads';
import { answerOrders } from '../parted/asked-thread.js';
import { LocalAuditor } from './auditor.js';
import type { ThreadData, ThreadOrder } from './thread-auditor.js';

// The program of a thread that audits: one order, one answer.
const { url, applicationName, plan } = workerData as ThreadData;
const logger = createLogger({ app: 'audit', level: 'fatal', destination: process.stderr });
let auditor: LocalAuditor | undefined;

answerOrders(async (order: ThreadOrder) => {
  auditor ??= new LocalAuditor({ url: new Secret(url), applicationName, logger }, plan);
  return 'read' in order ? auditor.read(order.read) : auditor.audit(order.audit);
});
