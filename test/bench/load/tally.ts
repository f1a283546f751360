import type { Attempt, SettledAnswer } from '../scenario/scenario.js';
import { Latencies } from './latencies.js';

/** What a round of load saw, ready to be sent to another process. */
export interface LoadOutcome {
  /** What the scenario counts, while the round was on; what came after its end is not counted here, but audited. */
  readonly settled: number;
  readonly elapsedSeconds: number;
  /** How often each HTTP status was answered, over the whole round. */
  readonly statuses: Readonly<Record<string, number>>;
  /** How often each kind of error broke a connection. */
  readonly errors: Readonly<Record<string, number>>;
  /** Of what counts: an encoded histogram. */
  readonly latencies: string;
  /** Of everything else that was answered, by what it was: `wallet`, `earn`, …, and `refused` for whatever got 503. Encoded histograms. */
  readonly others: Readonly<Record<string, string>>;
  /** 503 that didn't say when to come back. */
  readonly withoutRetryAfter: number;
  /** An open loop's: how late the generator itself was with what it sent. An encoded histogram. */
  readonly lag?: string;
}

/** Counts what comes back. */
export class Tally {
  readonly answers: SettledAnswer[] = [];
  private settled = 0;
  private withoutRetryAfter = 0;
  private readonly statuses: Record<string, number> = {};
  private readonly errors: Record<string, number> = {};
  private readonly latencies = new Latencies();
  private readonly others = new Map<string, Latencies>();

  /** @param inTime whether the answer came while the round was on. */
  answered(attempt: Attempt, latencyMs: number, inTime: boolean): void {
    const { status, counts, answer, kind, retryAfter } = attempt;
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    if (answer !== undefined) this.answers.push(answer);
    if (status === 503 && retryAfter === undefined) this.withoutRetryAfter += 1;
    if (!inTime) return;
    if (counts) {
      this.settled += 1;
      this.latencies.record(latencyMs);
    } else {
      this.other(status === 503 ? 'refused' : status >= 400 ? `${status}` : (kind ?? `${status}`)).record(latencyMs);
    }
  }

  broke(error: unknown): void {
    const kind = errorKind(error);
    this.errors[kind] = (this.errors[kind] ?? 0) + 1;
  }

  outcome(elapsedSeconds: number, lag?: Latencies): LoadOutcome {
    const { settled, statuses, errors, withoutRetryAfter } = this;
    return {
      settled,
      elapsedSeconds,
      statuses,
      errors,
      latencies: this.latencies.encode(),
      others: Object.fromEntries([...this.others].map(([kind, latencies]) => [kind, latencies.encode()])),
      withoutRetryAfter,
      ...(lag === undefined ? {} : { lag: lag.encode() }),
    };
  }

  private other(kind: string): Latencies {
    const known = this.others.get(kind);
    if (known !== undefined) return known;
    const made = new Latencies();
    this.others.set(kind, made);
    return made;
  }
}

function errorKind(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
