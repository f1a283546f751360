import { Worker, type Queue } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import {
  WORKER_DEFAULTS,
  type JobProcessor,
  type JobQueue,
  type JobWorker,
  type JobWorkerOptions,
  type QueueBackend,
  type QueueBackendOptions,
} from './queue-backend.js';
import { RedisQueue } from './redis-queue.js';
import { evictionPolicy, evictionWarning } from './redis-policy.js';
import { closeWorker, JobsInHand, within } from './running-worker.js';

const CLOSE_GRACE_MS = 10_000;
const PING_MS = 2_000;

/** A producer fails at once while Redis is away, and never waits longer than this for an answer. */
const PRODUCER = { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 5_000 } satisfies RedisOptions;
/** A worker's commands wait for Redis to come back, as BullMQ demands. */
const CONSUMER = { maxRetriesPerRequest: null } satisfies RedisOptions;

/**
 * Queues in Redis: one connection for all producers, one for all workers, and one more for each worker, which BullMQ duplicates to wait
 * on. `rediss://` means TLS. Each queue's keys carry a hash tag of their own, so a Redis Cluster can spread the queues.
 */
export class RedisQueueBackend implements QueueBackend {
  readonly kind = 'redis';
  readonly #url: string;
  readonly #options: QueueBackendOptions;
  readonly #producer: Redis;
  #consumer: Redis | undefined;
  readonly #queues: RedisQueue<never>[] = [];
  readonly #closeWorkers: ((graceMs: number) => Promise<void>)[] = [];

  constructor(url: string, options: QueueBackendOptions) {
    this.#url = url;
    this.#options = options;
    this.#producer = this.#connect(url, PRODUCER);
    this.#producer.on('ready', () => void this.#checkPolicy());
  }

  queue<Data>(name: string): JobQueue<Data> {
    const queue = new RedisQueue<Data>(name, this.#producer, this.#prefix(name));
    this.#queues.push(queue);
    return queue;
  }

  worker<Data>(name: string, processor: JobProcessor<Data>, options: JobWorkerOptions = {}): JobWorker {
    const consumer = (this.#consumer ??= this.#connect(this.#url, CONSUMER));
    const jobs = new JobsInHand();
    const worker = new Worker<Data, unknown, string>(name, jobs.counted(processor), {
      ...WORKER_DEFAULTS,
      ...options,
      connection: consumer,
      prefix: this.#prefix(name),
    });
    worker.on('error', (error) => this.#options.logger.warn({ err: error, queue: name }, 'A worker reports an error.'));
    this.#closeWorkers.push((graceMs) =>
      closeWorker(worker, jobs, {
        graceMs,
        logger: this.#options.logger,
        isConnected: () => consumer.status === 'ready',
      }),
    );
    return worker;
  }

  openQueues(): readonly Queue[] {
    return this.#queues.flatMap(({ opened }) => (opened === undefined ? [] : [opened]));
  }

  async runMigrations(): Promise<void> {
    // Redis has no schema.
  }

  async ping(): Promise<void> {
    const asked = this.#producer.ping();
    if (!(await within(asked, PING_MS))) {
      throw new Error(`Redis did not answer within ${PING_MS} ms.`);
    }
    await asked;
  }

  async close(graceMs = CLOSE_GRACE_MS): Promise<void> {
    await Promise.all(this.#closeWorkers.map((close) => close(graceMs)));
    await Promise.all(this.#queues.map((queue) => queue.close(1_000)));
    this.#consumer?.disconnect();
    this.#producer.disconnect();
  }

  #connect(url: string, options: typeof PRODUCER | typeof CONSUMER): Redis {
    const redis = new Redis(url, {
      ...options,
      connectTimeout: 5_000,
      keepAlive: 10_000,
      retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 10), 5_000),
    });
    redis.on('error', (error) =>
      this.#options.logger.warn({ err: error }, 'Redis is out of reach; redemptions go on without.'),
    );
    return redis;
  }

  #prefix(queue: string): string {
    return `{${this.#options.namespace ?? 'holdfast'}:${queue}}`;
  }

  async #checkPolicy(): Promise<void> {
    try {
      const warning = evictionWarning(evictionPolicy(await this.#producer.info('memory')));
      if (warning !== undefined) {
        this.#options.logger.warn(warning);
      }
    } catch (error) {
      this.#options.logger.debug(
        { err: error },
        'Redis does not tell its maxmemory-policy; make sure it is noeviction.',
      );
    }
  }
}
