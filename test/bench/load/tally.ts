import type { Attempt, SettledAnswer } from '../scenario/scenario.js';
import { Latencies } from './latencies.js';

/** What a round of load saw, ready to be sent to another process. */
export interface LoadOutcome {
  /** Settled while the round was on; what came after its end is not counted here, but audited. */
  readonly settled: number;
  readonly elapsedSeconds: number;
  /** How often each HTTP status was answered, over the whole round. */
  readonly statuses: Readonly<Record<string, number>>;
  /** How often each kind of error broke a connection. */
  readonly errors: Readonly<Record<string, number>>;
  /** Of the settled: an encoded histogram. */
  readonly latencies: string;
}

/** Counts what comes back. */
export class Tally {
  readonly answers: SettledAnswer[] = [];
  private settled = 0;
  private readonly statuses: Record<string, number> = {};
  private readonly errors: Record<string, number> = {};
  private readonly latencies = new Latencies();

  /** @param inTime whether the answer came while the round was on. */
  answered({ status, settled }: Attempt, latencyMs: number, inTime: boolean): void {
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    if (settled === undefined) return;
    this.answers.push(settled);
    if (!inTime) return;
    this.settled += 1;
    this.latencies.record(latencyMs);
  }

  broke(error: unknown): void {
    const kind = errorKind(error);
    this.errors[kind] = (this.errors[kind] ?? 0) + 1;
  }

  outcome(elapsedSeconds: number): LoadOutcome {
    const { settled, statuses, errors } = this;
    return { settled, elapsedSeconds, statuses, errors, latencies: this.latencies.encode() };
  }
}

function errorKind(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
