import type { EventType } from './event/event-schemas.js';
import { redemptionIdOf, type DomainEvent } from './event/ledger-event.js';
import type { Instant } from './instant.js';
import { evolveRedemption } from './redemption/evolve-redemption.js';
import type { Redemption } from './redemption/redemption.js';
import { evolveWallet, type Wallet } from './wallet/wallet.js';

/** What `decide` knows: the wallet, and the redemption the command is about where it names one that exists. */
export interface DecisionState {
  readonly wallet: Wallet;
  readonly redemption: Redemption | undefined;
  /** What the counters say that a reservation would take one of; absent: nobody has looked. */
  readonly limits?: LimitsFound | undefined;
  /** Another live redemption of the company has the code that the command brings. Absent: none has. */
  readonly codeIsShared?: boolean;
}

/** `free`: every counter has one left. */
export type LimitsFound = 'free' | 'out_of_stock' | 'limit_reached';

/**
 * A decision that takes several steps, each seeing what the steps before it did. It folds its own events with the same
 * `evolve` as everybody else and is thrown away once `events` are read.
 */
export class Unfolding {
  readonly events: DomainEvent[] = [];
  wallet: Wallet;
  readonly limits: LimitsFound | undefined;
  readonly codeIsShared: boolean;
  private current: Redemption | undefined;

  constructor(
    state: DecisionState,
    readonly now: Instant,
    private readonly commandId: string,
  ) {
    this.wallet = state.wallet;
    this.current = state.redemption;
    this.limits = state.limits;
    this.codeIsShared = state.codeIsShared === true;
  }

  /** The redemption as it stands after the events so far. */
  get redemption(): Redemption {
    return this.current as Redemption;
  }

  append<T extends EventType>(type: T, data: DomainEvent<T>['data']): void {
    const event = { type, data } as unknown as DomainEvent;
    const place = { version: this.wallet.version + 1n, occurredAt: this.now, causationId: this.commandId };
    this.events.push(event);
    this.wallet = evolveWallet(this.wallet, event, place);
    const id = redemptionIdOf(event);
    if (id !== undefined && (this.current === undefined || this.current.id === id)) {
      this.current = evolveRedemption(this.current, event, place);
    }
  }
}
