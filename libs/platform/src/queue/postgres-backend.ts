import {
  assertSchemaCompatibility,
  createPostgresBackend,
  LATEST_SCHEMA_VERSION,
  Queue,
  runMigrations,
  SchemaMigrationRequiredError,
  Worker,
} from 'bullmq';
import pg from 'pg';
import { sessionSettings, startupOptions, UNLIMITED } from '../database/session-settings.js';
import {
  JOB_DEFAULTS,
  WORKER_DEFAULTS,
  type JobProcessor,
  type JobQueue,
  type JobWorker,
  type JobWorkerOptions,
  type QueueBackend,
  type QueueBackendOptions,
} from './queue-backend.js';
import { closeWorker, JobsInHand, within } from './running-worker.js';

const SCHEMA = 'bullmq';
/** Each queue and worker opens a pool of its own and a connection that listens: small pools keep within the server's 100 connections. */
const QUEUE_CONNECTIONS_MAX = 2;
const WORKER_CONNECTIONS_MAX = 4;
const CLOSE_GRACE_MS = 10_000;
const PING_MS = 2_000;

/** Queues in PostgreSQL, in the schema `bullmq`: nothing else to install, a sixth of the speed of Redis for each job. */
export class PostgresQueueBackend implements QueueBackend {
  readonly kind = 'postgres';
  readonly #url: string;
  readonly #options: QueueBackendOptions;
  readonly #queues: Queue[] = [];
  readonly #closeWorkers: ((graceMs: number) => Promise<void>)[] = [];

  constructor(url: string, options: QueueBackendOptions) {
    this.#url = url;
    this.#options = options;
  }

  queue<Data>(name: string): JobQueue<Data> {
    const queue = new Queue<Data, unknown, string, Data, unknown, string, Backend, Connection>(
      name,
      { connection: this.#connection(QUEUE_CONNECTIONS_MAX), defaultJobOptions: JOB_DEFAULTS },
      createPostgresBackend,
    );
    queue.on('error', (error) => this.#options.logger.warn({ err: error, queue: name }, 'The queue reports an error.'));
    this.#queues.push(queue as unknown as Queue);
    return queue;
  }

  worker<Data>(name: string, processor: JobProcessor<Data>, options: JobWorkerOptions = {}): JobWorker {
    const jobs = new JobsInHand();
    const worker = new Worker(
      name,
      jobs.counted(processor),
      { ...WORKER_DEFAULTS, ...options, connection: this.#connection(WORKER_CONNECTIONS_MAX) },
      createPostgresBackend,
    );
    worker.on('error', (error) => this.#options.logger.warn({ err: error, queue: name }, 'A worker reports an error.'));
    this.#closeWorkers.push((graceMs) => closeWorker(worker, jobs, { graceMs, logger: this.#options.logger }));
    return worker;
  }

  openQueues(): readonly Queue[] {
    return this.#queues;
  }

  /** Where the owner's role has done it, this process's own needs no right to: it only looks. */
  async runMigrations(): Promise<void> {
    if (await this.#isMigrated()) return;
    await this.#onOneClient(this.#options.migrateUrl?.reveal() ?? this.#url, async (client) => {
      await runMigrations(client, SCHEMA);
    });
  }

  async #isMigrated(): Promise<boolean> {
    let version = 0;
    await this.#onOneClient(this.#url, async (client) => {
      try {
        version = await assertSchemaCompatibility(client, SCHEMA);
      } catch (error) {
        if (!(error instanceof SchemaMigrationRequiredError)) throw error;
      }
    });
    return version >= LATEST_SCHEMA_VERSION;
  }

  async ping(): Promise<void> {
    await this.#onOneClient(this.#url, async (client) => {
      await client.query('SELECT 1');
    });
  }

  async close(graceMs = CLOSE_GRACE_MS): Promise<void> {
    await Promise.all(this.#closeWorkers.map((close) => close(graceMs)));
    await Promise.all(this.#queues.map((queue) => within(queue.close(), 1_000)));
  }

  #connection(max: number) {
    return {
      connectionString: this.#url,
      schema: SCHEMA,
      max,
      application_name: 'holdfast-queue',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      // BullMQ's statements are its own, whatever the role is given for ours.
      options: startupOptions(sessionSettings(UNLIMITED, false)),
    };
  }

  async #onOneClient(connectionString: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
    const client = new pg.Client({
      connectionString,
      connectionTimeoutMillis: PING_MS,
      application_name: 'holdfast-queue',
    });
    // A connection that breaks rejects the query in hand; the event besides would end the process.
    client.on('error', () => undefined);
    await client.connect();
    try {
      await work(client);
    } finally {
      await client.end();
    }
  }
}

type Backend = ReturnType<typeof createPostgresBackend>;
type Connection = Parameters<typeof createPostgresBackend>[1]['connection'];
