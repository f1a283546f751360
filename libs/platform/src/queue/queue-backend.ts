import type { Job, JobsOptions, Processor, Queue, WorkerOptions } from 'bullmq';
import type { Secret } from '../config/secret.js';
import type { Logger } from '../logging/logger.js';

/** A queue as its producer sees it. Adding fails at once when the backend can't be reached: the relay tries again, nobody waits. */
export interface JobQueue<Data> {
  readonly name: string;
  add(name: string, data: Data, options?: JobsOptions): Promise<unknown>;
  addBulk(jobs: { name: string; data: Data; opts?: JobsOptions }[]): Promise<unknown>;
  /** How many jobs there are of each state, such as `waiting`, `active`, `delayed`, `failed`. */
  getJobCounts(): Promise<Record<string, number>>;
  /** Removes all jobs that are not being worked on. */
  drain(delayed?: boolean): Promise<void>;
}

/** A running worker. The backend closes it. */
export interface JobWorker {
  readonly name: string;
  /** Jobs in hand at once. May be changed while it runs. */
  concurrency: number;
  /** Read with every job that is taken: a limit changed here holds from the next one on. */
  readonly opts: Pick<WorkerOptions, 'limiter'>;
  waitUntilReady(): Promise<unknown>;
}

export type JobProcessor<Data> = Processor<Data, unknown>;
export type { Job };

/** What a worker may be tuned with; connection and namespace are the backend's. */
export type JobWorkerOptions = Pick<
  WorkerOptions,
  'concurrency' | 'limiter' | 'lockDuration' | 'stalledInterval' | 'maxStalledCount' | 'autorun' | 'drainDelay'
>;

/** Where jobs wait: Redis or PostgreSQL. Either may lose all of them at any moment; the ledger's tables know what is due. */
export interface QueueBackend {
  readonly kind: 'redis' | 'postgres';
  queue<Data>(name: string): JobQueue<Data>;
  worker<Data>(name: string, processor: JobProcessor<Data>, options?: JobWorkerOptions): JobWorker;
  /** BullMQ's own queues, as far as they have been used: to look at. */
  openQueues(): readonly Queue[];
  /** Creates or updates the queue's own tables; on Redis there is nothing to do. Any number of processes may run it at once. */
  runMigrations(): Promise<void>;
  /** Resolves when the backend answers within two seconds, else rejects with the reason. */
  ping(): Promise<void>;
  /**
   * Closes workers, waiting `graceMs` at most for the jobs in hand, then queues and connections. A job that is cut off is taken up again by
   * another worker or, from the ledger's tables, by the relay.
   */
  close(graceMs?: number): Promise<void>;
}

export interface QueueBackendOptions {
  /** Set: Redis. Unset: PostgreSQL. */
  readonly redisUrl: Secret | undefined;
  /** Whether that is a Redis Cluster. */
  readonly redisCluster?: boolean;
  /** Needed without Redis. A direct connection, since the backend listens. */
  readonly databaseUrl: Secret | undefined;
  /** For the queue's own migrations; `databaseUrl` when unset. */
  readonly migrateUrl?: Secret | undefined;
  readonly logger: Logger;
  /** First part of every key in Redis, so that several Holdfasts can use one. In PostgreSQL each has its own database. */
  readonly namespace?: string;
}

/**
 * Jobs are hints, so none is kept: a finished one's id must be free at once, because adding an id that is still there is silently
 * ignored. There is one attempt, because tries are counted in PostgreSQL, where crashes count too.
 */
export const JOB_DEFAULTS = {
  attempts: 1,
  removeOnComplete: true,
  removeOnFail: true,
} as const satisfies JobsOptions;

/** How often a job whose worker died may be taken up again. Generous: the processor reads the truth anew each time. */
export const WORKER_DEFAULTS = {
  maxStalledCount: 10,
} as const satisfies JobWorkerOptions;
