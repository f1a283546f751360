import { PostgresQueueBackend } from './postgres-backend.js';
import type { QueueBackend, QueueBackendOptions } from './queue-backend.js';
import { RedisQueueBackend } from './redis-backend.js';

/** BullMQ on Redis when `REDIS_URL` is set, else on PostgreSQL. Both behave the same and pass the same tests. */
export function createQueueBackend(options: QueueBackendOptions): QueueBackend {
  if (options.redisUrl !== undefined) {
    return new RedisQueueBackend(options.redisUrl.reveal(), options);
  }
  if (options.databaseUrl === undefined) {
    throw new TypeError('A queue needs REDIS_URL or DATABASE_URL.');
  }
  return new PostgresQueueBackend(options.databaseUrl.reveal(), options);
}
