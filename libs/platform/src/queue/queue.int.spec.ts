import net from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createEmptyDatabase,
  describeOnQueueBackends,
  freePort,
  type TestDatabase,
} from '../../../../test/support/index.js';
import { Secret } from '../config/secret.js';
import { createLogger } from '../logging/logger.js';
import { until } from '../../../../test/support/until.js';
import { createQueueBackend } from './create-queue-backend.js';
import { QueueUnavailableError } from './redis-queue.js';
import type { QueueBackend } from './queue-backend.js';

interface Look {
  readonly redemptionIds: readonly string[];
}

const logger = createLogger({ app: 'test', level: 'silent' });

/** Whether a job was taken by the queue. */
function added(adding: Promise<unknown>): Promise<boolean> {
  return adding.then(
    () => true,
    () => false,
  );
}

describe('A queue', () => {
  describeOnQueueBackends((where) => {
    let database: TestDatabase;
    const backends: QueueBackend[] = [];

    function connect(namespace = new URL(database.connectionString).pathname.slice(1)): QueueBackend {
      const backend = createQueueBackend({
        redisUrl: where.name === 'redis' ? new Secret(where.url) : undefined,
        databaseUrl: new Secret(database.connectionString),
        logger,
        namespace,
      });
      backends.push(backend);
      return backend;
    }

    beforeEach(async () => {
      database = await createEmptyDatabase();
      await Promise.all([connect().runMigrations(), connect().runMigrations()]);
    });
    afterEach(async () => {
      await Promise.all(backends.splice(0).map((backend) => backend.close(1_000)));
      await database.drop();
    });

    async function ready(): Promise<QueueBackend> {
      const backend = connect();
      await until(() =>
        backend.ping().then(
          () => true,
          () => false,
        ),
      );
      return backend;
    }

    it('says where its jobs wait', () => {
      expect(connect().kind).toBe(where.name);
    });

    it('hands every job to one worker, added one by one or many at once', async () => {
      const backend = await ready();
      const seen: string[] = [];
      const work = async (job: { data: Look }) => void seen.push(...job.data.redemptionIds);
      backend.worker<Look>('look', work, { concurrency: 4 });
      connect().worker<Look>('look', work, { concurrency: 4 });
      const queue = backend.queue<Look>('look');
      const jobs = Array.from({ length: 50 }, (_, at) => ({ name: 'look', data: { redemptionIds: [`m${at}`] } }));
      await queue.add('look', { redemptionIds: ['a', 'b'] });
      await queue.addBulk(jobs);
      await until(() => seen.length >= 52);
      expect(seen.sort()).toEqual(['a', 'b', ...jobs.map(({ data }) => data.redemptionIds[0])].sort());
    });

    it('keeps no job that is done or failed, so its id is free again', async () => {
      const backend = await ready();
      let runs = 0;
      const queue = backend.queue<Look>('look');
      backend.worker<Look>('look', async () => {
        runs += 1;
        if (runs === 1) {
          throw new Error('a provider is down');
        }
      });
      for (const expected of [1, 2, 3]) {
        await queue.add('look', { redemptionIds: [] }, { jobId: 'same-one' });
        await until(() => runs === expected);
        await until(async () => Object.values(await queue.getJobCounts()).every((count) => count === 0));
      }
    });

    if (where.name === 'redis') {
      it('keeps installations with prefixes of their own apart', async () => {
        const [one, other] = [connect('shop-1'), connect('shop-2')];
        const seen: string[] = [];
        one.worker<Look>('look', async (job) => void seen.push(`one ${job.data.redemptionIds.join()}`));
        other.worker<Look>('look', async (job) => void seen.push(`other ${job.data.redemptionIds.join()}`));
        await until(() => added(one.queue<Look>('look').add('look', { redemptionIds: ['a'] })));
        await until(() => added(other.queue<Look>('look').add('look', { redemptionIds: ['b'] })));
        await until(() => seen.length === 2);
        expect(seen.sort()).toEqual(['one a', 'other b']);
      });
    }

    it('keeps the queues apart', async () => {
      const backend = await ready();
      const seen: string[] = [];
      backend.worker<Look>('one', async (job) => void seen.push(`one ${job.data.redemptionIds.join()}`));
      backend.worker<Look>('two', async (job) => void seen.push(`two ${job.data.redemptionIds.join()}`));
      await backend.queue<Look>('one').add('look', { redemptionIds: ['a'] });
      await backend.queue<Look>('two').add('look', { redemptionIds: ['b'] });
      await until(() => seen.length === 2);
      expect(seen.sort()).toEqual(['one a', 'two b']);
    });

    it('lets the job in hand finish before it closes', async () => {
      const backend = await ready();
      const steps: string[] = [];
      backend.worker<Look>('look', async () => {
        steps.push('started');
        await sleep(100);
        steps.push('finished');
      });
      await backend.queue<Look>('look').add('look', { redemptionIds: [] });
      await until(() => steps.length === 1);
      await backend.close(5_000);
      expect(steps).toEqual(['started', 'finished']);
    });

    it('closes although a job never ends', async () => {
      const backend = await ready();
      let started = false;
      backend.worker<Look>('look', () => {
        started = true;
        return new Promise(() => undefined);
      });
      await backend.queue<Look>('look').add('look', { redemptionIds: [] });
      await until(() => started);
      await backend.close(50);
    });

    if (where.name !== 'redis') {
      return;
    }

    it('works once Redis comes up, although it was made before', async () => {
      const target = new URL(where.url);
      const port = await freePort();
      const url = new Secret(`redis://127.0.0.1:${port}${target.pathname}`);
      const backend = createQueueBackend({ redisUrl: url, databaseUrl: undefined, logger, namespace: `late-${port}` });
      backends.push(backend);
      const queue = backend.queue<Look>('look');
      const seen: string[] = [];
      backend.worker<Look>('look', async (job) => void seen.push(...job.data.redemptionIds));
      const refused = queue.add('look', { redemptionIds: ['early'] });
      await expect(refused).rejects.toThrow(QueueUnavailableError);
      const door = net.createServer((socket) => {
        const upstream = net.connect(Number(target.port), target.hostname);
        socket.pipe(upstream).pipe(socket);
        socket.on('error', () => upstream.destroy());
        upstream.on('error', () => socket.destroy());
      });
      door.listen(port, '127.0.0.1');
      try {
        await until(() => added(queue.add('look', { redemptionIds: ['late'] })));
        await until(() => seen.length > 0);
        expect(seen).toEqual(['late']);
      } finally {
        await backend.close(1_000);
        door.close();
      }
    });
  });

  describe('on a Redis that is not there', () => {
    it('refuses at once instead of waiting, and closes', async () => {
      const backend = createQueueBackend({
        redisUrl: new Secret('redis://127.0.0.1:1'),
        databaseUrl: undefined,
        logger,
      });
      const queue = backend.queue<Look>('look');
      backend.worker<Look>('look', async () => undefined);
      await expect(queue.add('look', { redemptionIds: [] })).rejects.toThrow(QueueUnavailableError);
      await expect(backend.ping()).rejects.toThrow();
      await backend.close(50);
    });
  });

  it('needs one of the two', () => {
    expect(() => createQueueBackend({ redisUrl: undefined, databaseUrl: undefined, logger })).toThrow(TypeError);
  });
});
