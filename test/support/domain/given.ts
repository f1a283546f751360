import { expect } from '@jest/globals';

import type { Command, DomainErrorCode, DomainEvent, Instant } from '#domain';

import type { WalletHistory } from './wallet-history.js';

/** What the same command finds when it comes again after its outcome. */
export type Again = 'nothing' | 'counts twice' | DomainErrorCode;

/** Given a history, when a command comes, then exactly these events in this order, this refusal, or nothing. */
export function given(history: WalletHistory): { when: (command: Command, at?: Instant) => Outcome } {
  return { when: (command, at = history.soon) => new Outcome(history, command, at) };
}

class Outcome {
  constructor(
    private readonly before: WalletHistory,
    private readonly command: Command,
    private readonly at: Instant,
  ) {}

  /**
   * Whole events in order, no field more or less. Then the same command again, which must find that it is already so:
   * `again` names the refusal that the design documents instead, or that a repeat is told by its key alone.
   */
  thenRecords(events: readonly DomainEvent[], again: Again = 'nothing'): WalletHistory {
    expect(this.before.decide(this.command, this.at)).toStrictEqual({ events });
    expect(events).not.toHaveLength(0);
    const after = this.before.record(events, this.at);
    if (again === 'counts twice') return after;
    const expected = again === 'nothing' ? { events: [] } : { refused: again };
    expect(after.decide(this.command, this.at)).toStrictEqual(expected);
    return after;
  }

  /** It is already so. */
  thenNothing(): WalletHistory {
    expect(this.before.decide(this.command, this.at)).toStrictEqual({ events: [] });
    return this.before;
  }

  /** It can never be; nothing is written. */
  thenRefuses(code: DomainErrorCode): WalletHistory {
    expect(this.before.decide(this.command, this.at)).toStrictEqual({ refused: code });
    return this.before;
  }
}
