import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#platform';
import type { JobQueue, JobWorker, QueueBackend } from '#platform/queue';
import type { SagaProcessor, Turns } from '../processor/saga-processor.js';
import type { WorkerCounts } from '../worker-counts.js';
import type { WorkerTuning } from '../worker-tuning.js';
import { inTime } from './in-time.js';
import type { ProviderLimits } from './provider-limits.js';
import { LOCAL_QUEUE, queueNameOf } from './queue-name.js';
import { QueueHealth } from './queue-health.js';
import { fromJob, toJob, type SagaJob, type WorkItem } from './saga-job.js';
import { Slots } from './slots.js';

const JOB_NAME = 'look';
const LOCK_MS = 30_000;
const BACKLOG_FRESH_MS = 200;
const START_PAUSE_MS = 50;
const SECOND_MS = 1_000;

export interface SagaQueuesDeps {
  readonly backend: QueueBackend;
  readonly processor: Pick<SagaProcessor, 'perform'>;
  readonly limits: Pick<ProviderLimits, 'read' | 'of' | 'isShut'>;
  readonly counts: WorkerCounts;
  readonly tuning: WorkerTuning;
  readonly logger: Logger;
}

interface OpenQueue {
  readonly queue: JobQueue<SagaJob>;
  readonly worker: JobWorker;
  /** Calls of the provider at once; its jobs carry many redemptions. Undefined for everyday work, which calls nobody. */
  readonly slots: Slots | undefined;
  /** On the monotonic clock: since when jobs of this queue have been handed over and none has come back. */
  silentSinceMs: number | undefined;
}

/**
 * The queues of the saga: one for all that needs nobody outside, one for each provider that has work. A queue and its worker are opened
 * when the first row names it. BullMQ spreads the jobs over all workers there are; whoever hands a job over need not be who gets it.
 */
export class SagaQueues {
  private readonly open = new Map<string, OpenQueue>();
  private readonly health: QueueHealth;
  private prepared: Promise<void> | undefined;
  private stopped = false;
  private backlog = { redemptions: 0, atMs: Number.NEGATIVE_INFINITY };

  constructor(private readonly deps: SagaQueuesDeps) {
    this.health = new QueueHealth(deps.logger);
  }

  /** Whether handing over is worth trying: it isn't for a while after it has failed. */
  get isReachable(): boolean {
    return !this.stopped && this.health.isUp;
  }

  /** Whether the queue took the last jobs it was given. */
  get isWell(): boolean {
    return this.health.isWell;
  }

  /** Whether jobs of this queue are accepted and never seen again, by this process. */
  isStalled(queue: string): boolean {
    const since = this.open.get(queue)?.silentSinceMs;
    return since !== undefined && performance.now() - since > this.deps.tuning.queueStallMs;
  }

  /** Opens the queue of everyday work, so that this process takes its share of the jobs others hand over. Never rejects. */
  async start(): Promise<void> {
    try {
      await this.opened(LOCAL_QUEUE);
      await this.answered();
    } catch (error) {
      this.health.failed(error);
    }
  }

  /**
   * Hands redemptions over, many to a job. One that would only find its provider shut is not worth a job, nor a part of the provider's rate.
   * @returns whether the queue took them.
   */
  async handOver(queue: string, items: readonly WorkItem[]): Promise<boolean> {
    const { tuning, counts, limits } = this.deps;
    if (queue !== LOCAL_QUEUE && (limits.isShut(queue) || !this.hasRoomFor(queue))) return false;
    try {
      counts.jobsHandedOver += await inTime(this.addJobs(queue, items), tuning.handOverMs);
      this.health.succeeded();
      return true;
    } catch (error) {
      this.health.failed(error);
      return false;
    }
  }

  /** Redemptions that wait in the queue of everyday work, at most; a figure a fifth of a second old will do. */
  async waiting(): Promise<number> {
    const open = this.open.get(LOCAL_QUEUE);
    const nowMs = performance.now();
    if (open === undefined || !this.isReachable || nowMs - this.backlog.atMs < BACKLOG_FRESH_MS) {
      return this.isReachable ? this.backlog.redemptions : 0;
    }
    try {
      const { waiting = 0 } = await inTime(open.queue.getJobCounts(), this.deps.tuning.handOverMs);
      this.backlog = { redemptions: waiting * this.deps.tuning.jobRedemptionsMax, atMs: performance.now() };
    } catch (error) {
      this.health.failed(error);
      this.backlog = { redemptions: 0, atMs: performance.now() };
    }
    return this.backlog.redemptions;
  }

  /** Takes no more jobs, lets those in hand finish for at most `drainMs`, and closes the connections. */
  async close(): Promise<void> {
    this.stopped = true;
    await this.deps.backend.close(this.deps.tuning.drainMs);
  }

  /** Returns how many jobs it took. */
  private async addJobs(queue: string, items: readonly WorkItem[]): Promise<number> {
    const open = await this.opened(queue);
    this.keepLimits(queue, open);
    const jobs = this.jobsOf(queue, items);
    const [only, second] = jobs;
    if (only !== undefined && second === undefined) await open.queue.add(only.name, only.data, only.opts);
    else await open.queue.addBulk([...jobs]);
    open.silentSinceMs ??= performance.now();
    return jobs.length;
  }

  /**
   * A rate limit counts jobs, so each of its jobs carries one redemption. So does the job of one that has been handed over before: it may
   * stand in the queue still, behind a slow provider, and under its own id it stands there once more at most.
   */
  private jobsOf(queue: string, items: readonly WorkItem[]): readonly NewJob[] {
    const { tuning, limits } = this.deps;
    if (queue === LOCAL_QUEUE) return bulkJobs(items, tuning.jobRedemptionsMax);
    if (limits.of(queue).ratePerSecond !== undefined) return items.map(singleJob);
    const fresh = items.filter(({ tries }) => tries <= 1);
    const again = items.filter(({ tries }) => tries > 1);
    return [...bulkJobs(fresh, tuning.providerJobRedemptionsMax), ...again.map(singleJob)];
  }

  private async opened(queue: string): Promise<OpenQueue> {
    const known = this.open.get(queue);
    if (known !== undefined) return known;
    await this.prepare();
    if (queue !== LOCAL_QUEUE) await this.deps.limits.read(queue);
    return this.open.get(queue) ?? this.openQueue(queue);
  }

  private openQueue(queue: string): OpenQueue {
    const { backend } = this.deps;
    const name = queueNameOf(queue);
    const worker = backend.worker<SagaJob>(name, (job) => this.process(queue, job.data), {
      ...this.limitsOf(queue),
      lockDuration: LOCK_MS,
    });
    const slots = queue === LOCAL_QUEUE ? undefined : new Slots(this.limitsOf(queue).concurrency);
    const open: OpenQueue = { queue: backend.queue<SagaJob>(name), worker, slots, silentSinceMs: undefined };
    this.open.set(queue, open);
    return open;
  }

  /** On PostgreSQL every queue has connections of its own: providers beyond a few are served without one. */
  private hasRoomFor(queue: string): boolean {
    const { backend, tuning } = this.deps;
    if (backend.kind !== 'postgres' || this.open.has(queue)) return true;
    const providers = this.open.has(LOCAL_QUEUE) ? this.open.size - 1 : this.open.size;
    return providers < tuning.postgresProviderQueuesMax;
  }

  private limitsOf(queue: string): WorkerLimits {
    const { tuning, limits } = this.deps;
    if (queue === LOCAL_QUEUE) return { concurrency: tuning.localConcurrency };
    const { concurrency = tuning.providerConcurrency, ratePerSecond } = limits.of(queue);
    return ratePerSecond === undefined
      ? { concurrency }
      : { concurrency, limiter: { max: ratePerSecond, duration: SECOND_MS } };
  }

  /** What a person changes holds without a restart. The queue's worker reads both with every job it takes. */
  private keepLimits(queue: string, { worker, slots }: OpenQueue): void {
    const { concurrency, limiter } = this.limitsOf(queue);
    slots?.resize(concurrency);
    if (worker.concurrency !== concurrency) worker.concurrency = concurrency;
    if (worker.opts.limiter?.max === limiter?.max) return;
    if (limiter === undefined) delete worker.opts.limiter;
    else worker.opts.limiter = limiter;
  }

  private async process(queue: string, job: SagaJob): Promise<void> {
    const { counts, processor, logger } = this.deps;
    const items = fromJob(job);
    if (counts.jobsProcessed === 0) logger.info('The first job came through the queue.');
    const open = this.open.get(queue);
    if (open !== undefined) {
      open.silentSinceMs = undefined;
      this.keepLimits(queue, open);
    }
    try {
      await processor.perform(items, open?.slots && this.turnsIn(open.slots));
    } catch (error) {
      // The job has done its duty; what it could not do is due again when the leases run out.
      counts.troubles += 1;
      logger.warn({ err: error, redemptions: items.length }, 'A job could not be worked on.');
    } finally {
      counts.jobsProcessed += 1;
      counts.redemptionsFromQueue += items.length;
    }
  }

  /** Whoever is still in line when the worker stops is left to another: its lease runs out. */
  private turnsIn(slots: Slots): Turns {
    return (work) => slots.run(async () => (this.stopped ? undefined : work()));
  }

  /** A producer that is still connecting refuses at once: the first redemptions need not go without the queue for that. */
  private async answered(): Promise<void> {
    const deadlineMs = performance.now() + this.deps.tuning.handOverMs;
    for (;;) {
      try {
        return await this.deps.backend.ping();
      } catch (error) {
        if (performance.now() >= deadlineMs) throw error;
        await sleep(START_PAUSE_MS);
      }
    }
  }

  /** Creates or updates the queue's own tables, once; where that fails it is tried again with the next job. */
  private prepare(): Promise<void> {
    this.prepared ??= this.deps.backend.runMigrations().catch((error: unknown) => {
      this.prepared = undefined;
      throw error;
    });
    return this.prepared;
  }
}

interface WorkerLimits {
  readonly concurrency: number;
  readonly limiter?: { readonly max: number; readonly duration: number };
}

interface NewJob {
  readonly name: string;
  readonly data: SagaJob;
  readonly opts?: { readonly jobId: string };
}

function bulkJobs(items: readonly WorkItem[], size: number): readonly NewJob[] {
  const jobs: NewJob[] = [];
  for (let from = 0; from < items.length; from += size) {
    jobs.push({ name: JOB_NAME, data: toJob(items.slice(from, from + size)) });
  }
  return jobs;
}

/** A job that stands in the queue once, however often it is handed over. */
function singleJob(item: WorkItem): NewJob {
  return { name: JOB_NAME, data: toJob([item]), opts: { jobId: `${item.companyId}-${item.redemptionId}` } };
}
