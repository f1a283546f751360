import {
  emptyWallet,
  evolveRedemption,
  evolveWallet,
  invariant,
  redemptionIdOf,
  type Instant,
  type LedgerEvent,
  type Redemption,
  type StreamHead,
} from '#domain';
import type { RedemptionChange, StreamChange } from './projection.js';

/** Where a fold goes on: how far a stream was folded before, and what its redemptions were then. */
export interface FoldedSoFar {
  readonly head: StreamHead;
  readonly openedAt: Instant;
  readonly redemptions: ReadonlyMap<string, Redemption>;
}

export interface StreamOrigin {
  readonly companyId: number;
  readonly walletId: string;
  readonly customerId: string;
}

/** Folds a stream's events, one after the other, with the domain's own `evolve`: the same that decides what the live tables hold. */
export class StreamFold {
  private head: StreamHead;
  private openedAt: Instant | undefined;
  private readonly events: LedgerEvent[] = [];
  private readonly redemptions = new Map<string, RedemptionChange>();

  /** @param soFar undefined: from the first event. */
  constructor(private readonly soFar?: FoldedSoFar) {
    this.head = soFar?.head ?? { wallet: emptyWallet, hash: new Uint8Array() };
    this.openedAt = soFar?.openedAt;
  }

  get eventCount(): number {
    return this.events.length;
  }

  /** @throws InvariantViolation when the event is not the stream's next one. */
  take(event: LedgerEvent, hash: Uint8Array): void {
    const { wallet } = this.head;
    invariant(event.version === wallet.version + 1n, `the stream has a gap before version ${event.version}`);
    this.head = { wallet: evolveWallet(wallet, event, event), hash };
    this.openedAt ??= event.occurredAt;
    this.events.push(event);
    const id = redemptionIdOf(event);
    if (id !== undefined) this.redemptions.set(id, this.evolve(id, event));
  }

  /** Undefined where there was no event. */
  change(origin: StreamOrigin): StreamChange | undefined {
    const { head, openedAt, events } = this;
    if (openedAt === undefined || events.length === 0) return undefined;
    return { ...origin, openedAt, head, events, redemptions: [...this.redemptions.values()] };
  }

  private evolve(id: string, event: LedgerEvent): RedemptionChange {
    const known = this.redemptions.get(id);
    const before = known === undefined ? this.soFar?.redemptions.get(id) : known.before;
    const last = known?.after ?? before;
    const after = evolveRedemption(last, event, event);
    const isFlaggedNow = (last?.flags.length ?? 0) === 0 && after.flags.length > 0;
    return { before, after, flaggedAt: isFlaggedNow ? event.occurredAt : known?.flaggedAt };
  }
}
