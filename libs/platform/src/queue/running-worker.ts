import type { Logger } from '../logging/logger.js';
import type { JobProcessor } from './queue-backend.js';

/** What closing needs of a BullMQ worker. */
interface Stoppable {
  readonly name: string;
  pause(doNotWaitActive: boolean): Promise<void>;
  close(force: boolean): Promise<void>;
}

const FORCE_MS = 1_000;

/**
 * The jobs a worker has in hand. BullMQ's own `close` and `pause` wait for them without limit, can't be hurried by a second call, and a
 * `pause` that ends after a forced `close` connects again; so they are counted here, and BullMQ is only told what to do.
 */
export class JobsInHand {
  #count = 0;
  #onIdle: (() => void) | undefined;

  /** The same processor, counted. */
  counted<Data>(processor: JobProcessor<Data>): JobProcessor<Data> {
    return async (...job) => {
      this.#count += 1;
      try {
        return await processor(...job);
      } finally {
        this.#count -= 1;
        if (this.#count === 0) {
          this.#onIdle?.();
        }
      }
    };
  }

  async idle(): Promise<void> {
    if (this.#count > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
  }
}

export interface CloseOptions {
  readonly graceMs: number;
  readonly logger: Logger;
  /** Whether the backend answers at the moment; without it there is nobody to take leave of. */
  readonly isConnected?: () => boolean;
}

/** Takes no new jobs, waits for those in hand `graceMs` at most, and ends the worker's connections. */
export async function closeWorker(worker: Stoppable, jobs: JobsInHand, options: CloseOptions): Promise<void> {
  const { graceMs, logger, isConnected = () => true } = options;
  await within(worker.pause(true), FORCE_MS);
  const inTime = await within(jobs.idle(), graceMs);
  if (!inTime) {
    logger.warn({ queue: worker.name, graceMs }, 'A worker was not done in time; its jobs will be taken up again.');
  }
  await within(worker.close(!inTime || !isConnected()), FORCE_MS);
}

/** Whether `work` ended, well or badly, within `limitMs`. */
export async function within(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  const ended = work.then(
    () => true as const,
    () => true as const,
  );
  const inTime = await Promise.race([ended, late]);
  clearTimeout(timer);
  return inTime;
}
