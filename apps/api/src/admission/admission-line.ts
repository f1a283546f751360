/** What the line's owner decides. */
export interface AdmissionLimits {
  /** How long a caller may be expected to wait: beyond it one that comes is refused. */
  readonly delayMs: number;
  /** So many are always taken, however slow things are. */
  readonly atLeast: number;
  /** So many are taken who come at once, for so long: a crowd that is served and gone. A line that stays is held to the delay. */
  readonly crowd: { readonly size: number; readonly forMs: number };
  /** So many are taken while nothing is known of how fast they are answered. */
  readonly unknown: number;
}

/** Answers are counted in slots of this length, over the last second. */
const SLOT_MS = 100;
const SLOTS = 10;
/** Fewer answers within a second tell nothing about how many there could be. */
const KNOWN_FROM = 20;

/**
 * Those of one kind of call that are in hand. How long the next one would wait follows from how many there are and how many were answered in
 * the last second (Little's law): so the limit grows with the machine, and what is refused is refused at once instead of after a long wait.
 */
export class AdmissionLine {
  private inHand = 0;
  /** When the line became longer than the delay allows; unset again once it is half as long as that. */
  private crowdedSinceMs: number | undefined;
  private readonly answered = new Uint32Array(SLOTS);
  private slot = 0;

  constructor(private readonly limits: AdmissionLimits) {}

  /** Calls that were taken and are not answered yet. */
  get length(): number {
    return this.inHand;
  }

  /**
   * Takes a call, or refuses it.
   * @param elsewhere how many of those in hand wait for something that is not ours to speed up; asked only where it matters.
   * @param nowMs on a monotonic clock.
   */
  take(elsewhere: () => number, nowMs: number): boolean {
    const limit = this.limitAt(nowMs);
    const waiting = this.inHand < limit ? this.inHand : this.inHand - elsewhere();
    if (waiting < limit / 2) this.crowdedSinceMs = undefined;
    if (waiting >= limit && !this.isCrowdTaken(waiting, nowMs)) return false;
    this.inHand += 1;
    return true;
  }

  /** One that was taken has been answered, or its caller has gone. */
  leave(nowMs: number): void {
    this.inHand -= 1;
    this.turnTo(nowMs);
    const index = this.slot % SLOTS;
    this.answered[index] = (this.answered[index] ?? 0) + 1;
  }

  private isCrowdTaken(waiting: number, nowMs: number): boolean {
    const { size, forMs } = this.limits.crowd;
    this.crowdedSinceMs ??= nowMs;
    return waiting < size && nowMs - this.crowdedSinceMs < forMs;
  }

  private limitAt(nowMs: number): number {
    this.turnTo(nowMs);
    const lastSecond = this.answered.reduce((sum, count) => sum + count, 0);
    const { delayMs, atLeast, unknown } = this.limits;
    if (lastSecond < KNOWN_FROM) return Math.max(atLeast, unknown);
    return Math.max(atLeast, Math.round((lastSecond * delayMs) / (SLOT_MS * SLOTS)));
  }

  /** Forgets what is older than a second. */
  private turnTo(nowMs: number): void {
    const slot = Math.floor(nowMs / SLOT_MS);
    const passed = Math.min(SLOTS, slot - this.slot);
    for (let i = 1; i <= passed; i++) this.answered[(slot - passed + i) % SLOTS] = 0;
    this.slot = slot;
  }
}
