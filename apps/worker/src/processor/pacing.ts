import { addMillis, hasVoucher, type Instant, type Redemption } from '#domain';
import type { OutsideProvider } from '#vouchers';

const CALLING_MAX_MS = 5_000;
const ASKING_MAX_MS = 3_600_000;
const CLOCK_SLACK_MS = 50;

export interface Pacing {
  /** The first pause. */
  readonly firstPauseMs: number;
  readonly callsAllowed: boolean;
}

/** Doubles with each try; at most five seconds while vouchers may still be called for, else up to hourly. */
export function pauseMs(tries: number, { firstPauseMs, callsAllowed }: Pacing): number {
  const maxMs = callsAllowed ? CALLING_MAX_MS : ASKING_MAX_MS;
  return Math.min(maxMs, firstPauseMs * 2 ** Math.min(Math.max(tries, 1) - 1, 30));
}

/** Whether a look may make one call only: what counts the calls of a provider with a rate are its jobs, and each of them is one look. */
export function isPaced({ ratePerSecond }: OutsideProvider): boolean {
  return ratePerSecond !== undefined;
}

export function callsAreAllowed(r: Redemption, now: Instant): boolean {
  return r.status === 'reserved' && r.callsUntil !== undefined && now < r.callsUntil;
}

/**
 * When the provider may next be asked about a redemption it has been called for. It follows from the redemption alone, so a job
 * delivered twice, or too early, asks no sooner.
 */
export function nextAskAt(r: Redemption, now: Instant, firstPauseMs: number): Instant {
  if (r.calls.attempts === 0) return now;
  return addMillis(r.updatedAt, pauseMs(r.calls.attempts, { firstPauseMs, callsAllowed: callsAreAllowed(r, now) }));
}

/**
 * A pause, but no longer than calls may go on: what is owed then is owed at once. A little is added, since the database's clock decides and
 * may be behind this process's.
 */
export function withinCalls(delayMs: number, r: Redemption, now: Instant): number {
  if (!callsAreAllowed(r, now) || hasVoucher(r)) return delayMs;
  return Math.min(delayMs, Math.ceil(((r.callsUntil as Instant) - now) / 1_000) + CLOCK_SLACK_MS);
}

/** Spreads pauses over their last quarter, so that what failed together does not come back together. */
export function spread(waitMs: number): number {
  return Math.round(waitMs * (0.75 + Math.random() * 0.25));
}
