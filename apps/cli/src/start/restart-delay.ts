const FIRST_MS = 250;
const LONGEST_MS = 10_000;
const STEADY_MS = 30_000;

/** Decides how long to wait before a process that ended is started again: longer each time, unless it had run steadily. */
export class RestartDelay {
  private nextMs = FIRST_MS;

  /** @param ranMs how long the process had run. */
  afterRunOf(ranMs: number): number {
    if (ranMs >= STEADY_MS) this.nextMs = FIRST_MS;
    const delayMs = this.nextMs;
    this.nextMs = Math.min(this.nextMs * 2, LONGEST_MS);
    return delayMs;
  }
}
