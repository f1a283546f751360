/** Imported as `#platform/queue` by whoever runs jobs; `#platform` leaves it out so that the API never loads BullMQ. */
export { createQueueBackend } from './create-queue-backend.js';
export { QueueUnavailableError } from './redis-queue.js';
export type {
  Job,
  JobProcessor,
  JobQueue,
  JobWorker,
  JobWorkerOptions,
  QueueBackend,
  QueueBackendOptions,
} from './queue-backend.js';
