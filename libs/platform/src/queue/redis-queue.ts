import { Queue } from 'bullmq';
import type { JobsOptions } from 'bullmq';
import { JOB_DEFAULTS, type JobQueue } from './queue-backend.js';
import type { RedisConnection } from './redis-connection.js';
import { within } from './running-worker.js';

/** Redis can't be reached just now. Nothing is lost: what is due stands in PostgreSQL. */
export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError';
}

/**
 * A queue that is opened when it is first used and Redis is there. BullMQ's own either waits for Redis without limit or, told
 * not to wait, stays broken for good when Redis was away in the moment it was made.
 */
export class RedisQueue<Data> implements JobQueue<Data> {
  #opening: Promise<Queue> | undefined;
  /** BullMQ's own queue, once it has been used. */
  opened: Queue | undefined;

  constructor(
    readonly name: string,
    private readonly redis: RedisConnection,
    private readonly prefix: string,
  ) {}

  async add(name: string, data: Data, options?: JobsOptions): Promise<unknown> {
    return (await this.#open()).add(name, data, options);
  }

  async addBulk(jobs: { name: string; data: Data; opts?: JobsOptions }[]): Promise<unknown> {
    return (await this.#open()).addBulk(jobs);
  }

  async getJobCounts(): Promise<Record<string, number>> {
    return (await this.#open()).getJobCounts();
  }

  async drain(delayed?: boolean): Promise<void> {
    await (await this.#open()).drain(delayed);
  }

  async close(limitMs: number): Promise<void> {
    if (this.#opening !== undefined) {
      await within(
        this.#opening.then((queue) => queue.close()),
        limitMs,
      );
    }
  }

  async #open(): Promise<Queue> {
    if (this.redis.status !== 'ready') {
      throw new QueueUnavailableError(`Redis is not connected (${this.redis.status}); try again later.`);
    }
    this.#opening ??= this.#make();
    return this.#opening;
  }

  async #make(): Promise<Queue> {
    const queue = new Queue(this.name, {
      connection: this.redis,
      prefix: this.prefix,
      defaultJobOptions: JOB_DEFAULTS,
    });
    // The connection's own listener has already told the log.
    queue.on('error', () => undefined);
    try {
      await queue.waitUntilReady();
      this.opened = queue;
      return queue;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }
}
