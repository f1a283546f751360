import type { Logger } from '../logging/logger.js';
import type { JobWorker } from './queue-backend.js';

/**
 * Closes workers, which by itself has no time limit: those not done after `graceMs` are told not to wait for their jobs, and are left
 * behind if even that takes a second.
 */
export async function closeWorkers(workers: Iterable<JobWorker>, graceMs: number, logger: Logger): Promise<void> {
  await Promise.all(
    [...workers].map(async (worker) => {
      if (await within(worker.close(), graceMs)) {
        return;
      }
      logger.warn({ queue: worker.name, graceMs }, 'A worker was not done in time; its jobs will be taken up again.');
      await within(worker.close(true), 1_000);
    }),
  );
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
