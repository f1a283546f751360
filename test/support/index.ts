export { describeOnQueueBackends, redisUrl, type QueueBackend } from './queue-backends.js';
export { freePort, hasRedisServer, startRedisServer, type RedisServer } from './redis-server.js';
export { createEmptyDatabase, createTestDatabase, type TestDatabase } from './test-database.js';
