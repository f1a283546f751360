import { setTimeout as sleep } from 'node:timers/promises';

/** Ends a wait for what will never come; no measure of how fast it should: the machine may be given to others for minutes. */
export const PATIENCE_MS = 120_000;
const POLL_MS = 20;

/** Waits for what comes true by itself. @throws Error when it hasn't after two minutes. */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadlineMs = performance.now() + PATIENCE_MS; !(await isSo()); await sleep(POLL_MS)) {
    if (performance.now() > deadlineMs) throw new Error(`It did not come true within ${PATIENCE_MS / 1_000} s.`);
  }
}
