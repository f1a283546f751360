import {
  addSeconds,
  decide,
  DomainError,
  emptyWallet,
  foldCounters,
  foldStream,
  genesisHash,
  limitsFound,
  recordEvents,
  redemptionOf,
  type Command,
  type DomainErrorCode,
  type DomainEvent,
  type Instant,
  type LedgerEvent,
  type RecordedEvent,
  type Redemption,
  type StreamHead,
  type StreamState,
} from '#domain';

import { deepFreeze } from './deep-freeze.js';
import { COMPANY, REDEMPTION, sha256, START, WALLET } from './material.js';

/** What `decide` said: events (none: it is already so), or the code of its refusal. */
export type Decision = { readonly events: readonly DomainEvent[] } | { readonly refused: DomainErrorCode };

/**
 * A wallet's stream as commands have written it. Immutable: every command gives a new history. Its states are folded from
 * its events, so no test can start from a state that the engine would never reach.
 */
export class WalletHistory {
  private folded: StreamState | undefined;

  private constructor(
    readonly recorded: readonly RecordedEvent[],
    private readonly head: StreamHead,
    /** When the newest command came. */
    readonly now: Instant,
  ) {}

  static empty(): WalletHistory {
    return new WalletHistory([], { wallet: emptyWallet, hash: genesisHash(sha256, COMPANY, WALLET) }, START);
  }

  get events(): readonly LedgerEvent[] {
    return this.recorded.map(({ event }) => event);
  }

  get state(): StreamState {
    return (this.folded ??= deepFreeze(foldStream(this.events)));
  }

  /** A second after the newest command, unless a test says otherwise. */
  get soon(): Instant {
    return addSeconds(this.now, 1n);
  }

  redemption(id: string = REDEMPTION): Redemption {
    const found = this.state.redemptions.get(id);
    if (found === undefined) throw new Error(`this history has no redemption ${id}`);
    return found;
  }

  /** Decides without writing. Every input is frozen, so a decision that writes to one throws. */
  decide(command: Command, when: Instant = this.soon): Decision {
    const id = redemptionOf(command);
    const redemption = id === undefined ? undefined : this.state.redemptions.get(id);
    const counters = foldCounters(this.state.redemptions.values());
    const limits = redemption && limitsFound(redemption, (counter) => counters.get(counter) ?? 0n);
    const state = deepFreeze({ wallet: this.state.wallet, redemption, limits });
    try {
      return { events: deepFreeze(decide(deepFreeze(command), state, { now: when, commandId: commandId(this) })) };
    } catch (error) {
      if (error instanceof DomainError) return { refused: error.code };
      throw error;
    }
  }

  /** The history with these events written. */
  record(decided: readonly DomainEvent[], when: Instant = this.soon): WalletHistory {
    let next = this.recorded.length;
    const { head, recorded } = recordEvents(this.head, decided, {
      companyId: COMPANY,
      walletId: WALLET,
      now: when,
      causationId: commandId(this),
      actor: { kind: 'worker', id: 'test' },
      traceId: undefined,
      key: undefined,
      privateDigest: undefined,
      newEventId: () => `0198f3a0-0000-7000-8000-${String(++next).padStart(12, '0')}`,
      digest: sha256,
    });
    return new WalletHistory([...this.recorded, ...deepFreeze(recorded)], head, when);
  }

  /** A step of a story. One that is refused or does nothing is a mistake in the story, not an outcome. */
  after(command: Command, when: Instant = this.soon): WalletHistory {
    const decision = this.decide(command, when);
    if ('refused' in decision) throw new Error(`${command.type} was refused in a story: ${decision.refused}`);
    if (decision.events.length === 0) throw new Error(`${command.type} did nothing in a story`);
    return this.record(decision.events, when);
  }
}

function commandId(history: WalletHistory): string {
  return `0198f3a0-1111-7000-8000-${String(history.recorded.length).padStart(12, '0')}`;
}
