import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../logging/logger.js';
import type { Job, JobProcessor } from './queue-backend.js';
import { closeWorker, JobsInHand, within } from './running-worker.js';

const logger = createLogger({ app: 'test', level: 'silent' });
const never = new Promise<void>(() => undefined);
const job = {} as Job;

function recordingWorker() {
  const calls: string[] = [];
  const worker = {
    name: 'q',
    pause: (doNotWaitActive: boolean) => Promise.resolve(void calls.push(`pause ${doNotWaitActive}`)),
    close: (force: boolean) => Promise.resolve(void calls.push(`close ${force}`)),
  };
  return { worker, calls };
}

function startJob(jobs: JobsInHand, processor: JobProcessor<unknown>): void {
  Promise.resolve(jobs.counted(processor)(job, 'token')).catch(() => undefined);
}

describe('Closing a worker', () => {
  it('takes no new jobs first', async () => {
    const { worker, calls } = recordingWorker();
    await closeWorker(worker, new JobsInHand(), { graceMs: 1000, logger });
    expect(calls).toEqual(['pause true', 'close false']);
  });

  it('waits for the jobs in hand, those that fail too', async () => {
    const { worker, calls } = recordingWorker();
    const jobs = new JobsInHand();
    const { promise, end } = endable();
    startJob(jobs, () => promise);
    startJob(jobs, () => promise.then(() => Promise.reject(new Error('a provider is down'))));
    const closing = closeWorker(worker, jobs, { graceMs: 60_000, logger });
    await Promise.resolve();
    expect(calls).toEqual(['pause true']);
    end();
    await closing;
    expect(calls).toEqual(['pause true', 'close false']);
  });

  it('does not wait for one that never ends', async () => {
    const { worker, calls } = recordingWorker();
    const jobs = new JobsInHand();
    startJob(jobs, () => never);
    await closeWorker(worker, jobs, { graceMs: 5, logger });
    expect(calls).toEqual(['pause true', 'close true']);
  });
});

describe('Closing a worker whose backend is away', () => {
  it('does not take leave', async () => {
    const { worker, calls } = recordingWorker();
    await closeWorker(worker, new JobsInHand(), { graceMs: 1000, logger, isConnected: () => false });
    expect(calls).toEqual(['pause true', 'close true']);
  });
});

describe('within', () => {
  it('counts work that failed in time as ended', async () => {
    await expect(within(Promise.reject(new Error('x')), 1000)).resolves.toBe(true);
    await expect(within(never, 1)).resolves.toBe(false);
  });
});

function endable(): { promise: Promise<void>; end: () => void } {
  let end: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { promise, end };
}
