import { Worker, type Queue } from 'bullmq';
import {
  WORKER_DEFAULTS,
  type JobProcessor,
  type JobQueue,
  type JobWorker,
  type JobWorkerOptions,
  type QueueBackend,
  type QueueBackendOptions,
} from './queue-backend.js';
import { connectRedis, type RedisConnection, type RedisManners, type RedisPlace } from './redis-connection.js';
import { evictionPolicy, evictionWarning, isClusterNode } from './redis-policy.js';
import { RedisQueue } from './redis-queue.js';
import { closeWorker, JobsInHand, within } from './running-worker.js';

const CLOSE_GRACE_MS = 10_000;
const PING_MS = 2_000;

/** A producer fails at once while Redis is away, and never waits longer than this for an answer. */
const PRODUCER = { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 5_000 } satisfies RedisManners;
/** A worker's commands wait for Redis to come back, as BullMQ demands. */
const CONSUMER = { maxRetriesPerRequest: null } satisfies RedisManners;

/**
 * Queues in Redis: one connection for all producers, one for all workers, and one more for each worker, which BullMQ duplicates to wait
 * on. `rediss://` means TLS. Each queue's keys carry a hash tag of their own, so that a Redis Cluster spreads the queues and keeps the keys of
 * one on one node, as BullMQ's scripts need them.
 */
export class RedisQueueBackend implements QueueBackend {
  readonly kind = 'redis';
  readonly #place: RedisPlace;
  readonly #options: QueueBackendOptions;
  readonly #producer: RedisConnection;
  #consumer: RedisConnection | undefined;
  readonly #queues: RedisQueue<never>[] = [];
  readonly #closeWorkers: ((graceMs: number) => Promise<void>)[] = [];

  constructor(urls: string, options: QueueBackendOptions) {
    this.#place = { urls, isCluster: options.redisCluster === true };
    this.#options = options;
    this.#producer = this.#connect(PRODUCER);
    this.#producer.on('ready', () => void this.#checkServer());
  }

  queue<Data>(name: string): JobQueue<Data> {
    const queue = new RedisQueue<Data>(name, this.#producer, this.#prefix(name));
    this.#queues.push(queue);
    return queue;
  }

  worker<Data>(name: string, processor: JobProcessor<Data>, options: JobWorkerOptions = {}): JobWorker {
    const consumer = (this.#consumer ??= this.#connect(CONSUMER));
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

  #connect(manners: RedisManners): RedisConnection {
    const redis = connectRedis(this.#place, manners);
    redis.on('error', (error) =>
      this.#options.logger.warn({ err: error }, 'Redis is out of reach; redemptions go on without.'),
    );
    return redis;
  }

  #prefix(queue: string): string {
    return `{${this.#options.namespace ?? 'holdfast'}:${queue}}`;
  }

  async #checkServer(): Promise<void> {
    const { logger } = this.#options;
    try {
      const info = await this.#producer.info();
      const warning = evictionWarning(evictionPolicy(info));
      if (warning !== undefined) logger.warn(warning);
      if (isClusterNode(info) && !this.#place.isCluster) {
        logger.warn('This Redis is a node of a cluster and keeps only some of the queues: set REDIS_CLUSTER=true.');
      }
    } catch (error) {
      logger.debug({ err: error }, 'Redis does not tell its maxmemory-policy; make sure it is noeviction.');
    }
  }
}
