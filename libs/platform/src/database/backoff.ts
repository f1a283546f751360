import { setTimeout as sleep } from 'node:timers/promises';

export interface BackoffLimits {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Doubles from the first wait to the longest, each taken between half and whole so that processes don't come back all at once. */
export function backoffMs(failures: number, { firstMs, maxMs }: BackoffLimits): number {
  const whole = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return whole / 2 + (Math.random() * whole) / 2;
}

/** Waits, or returns at once when `signal` is or becomes aborted. */
export async function waitUnlessAborted(waitMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(waitMs, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) {
      throw error;
    }
  }
}
