import { describe } from '@jest/globals';

export type QueueBackend = { readonly name: 'postgres' } | { readonly name: 'redis'; readonly url: string };

/**
 * The Redis of this run, in a numbered database of this Jest worker's own, so that a test may flush it; undefined when there is none.
 */
export function redisUrl(): string | undefined {
  const base = process.env['HOLDFAST_TEST_REDIS_URL'];
  if (!base) return undefined;
  const url = new URL(base);
  if (url.pathname.length <= 1) url.pathname = `/${process.env['JEST_WORKER_ID'] ?? '0'}`;
  return url.href;
}

/** Declares the tests once for each backend of the queue. Those on Redis show as skipped, with how to get it, where there is none. */
export function describeOnQueueBackends(suite: (backend: QueueBackend) => void): void {
  describe('with the queue in PostgreSQL', () => {
    suite({ name: 'postgres' });
  });
  const url = redisUrl();
  if (url !== undefined) {
    describe('with the queue in Redis', () => {
      suite({ name: 'redis', url });
    });
  } else {
    describe.skip('with the queue in Redis (to run these: install redis-server or set REDIS_URL)', () => {
      suite({ name: 'redis', url: 'redis://not-there.invalid' });
    });
  }
}
