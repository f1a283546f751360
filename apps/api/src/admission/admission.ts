import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../auth/access.js';
import { AdmissionLine, type AdmissionLimits } from './admission-line.js';

/**
 * A fifth of a second is about what a full machine takes for what it has in hand, and no caller notices; 200 callers, one request after the
 * other, are served by the slowest one; 256 may come at once to one that is busy, and a thousand to one that was idle.
 */
const LIMITS: AdmissionLimits = { delayMs: 200, atLeast: 200, crowd: { size: 256, forMs: 1_000 }, unknown: 1_000 };

/**
 * Refuses what can't be served soon, before anything is done for it: with a longer line everybody would wait longer and no more would be
 * served. Each kind of call has a line of its own, so that one that is slow takes nothing from the others. The operator's calls, health and
 * metrics are always served.
 */
export class Admission {
  private readonly lines = new Map<string, AdmissionLine>();
  private refusedCount = 0;

  /** @param elsewhere how many calls wait for a provider outside, or for nothing of ours. */
  constructor(
    private readonly elsewhere: () => number,
    private readonly limits: AdmissionLimits = LIMITS,
  ) {}

  /** Calls refused so far. */
  get refused(): number {
    return this.refusedCount;
  }

  /** Calls in hand, over all lines. */
  get inHand(): number {
    return [...this.lines.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** Takes the request until it has been answered. @returns whether it was taken. */
  admits(request: FastifyRequest, reply: FastifyReply, access: Access): boolean {
    if (access.kind === 'public' || access.kind === 'admin') return true;
    const line = this.lineOf(request);
    if (!line.take(this.elsewhere, performance.now())) {
      this.refusedCount += 1;
      return false;
    }
    // Comes after the answer as well as when the caller hangs up.
    reply.raw.once('close', () => line.leave(performance.now()));
    return true;
  }

  private lineOf({ method, routeOptions: { url = '' } }: FastifyRequest): AdmissionLine {
    const kind = `${method} ${url}`;
    const known = this.lines.get(kind);
    if (known !== undefined) return known;
    const line = new AdmissionLine(this.limits);
    this.lines.set(kind, line);
    return line;
  }
}
