import type { LedgerEvent } from '../event/ledger-event.js';
import { formatInstant, instant, parseInstant, type Instant } from '../instant.js';
import { invariant } from '../invariant.js';
import { emptyWallet, evolveWallet, type Wallet } from '../wallet/wallet.js';

/** What a company's customers had at a moment, summed over their wallets. Sums may exceed 64 bits. */
export interface Liability {
  /** Wallets that were open. */
  readonly wallets: number;
  readonly available: bigint;
  readonly reserved: bigint;
  readonly burned: bigint;
  readonly expired: bigint;
  readonly earned: bigint;
  /** Positive and negative adjustments together. */
  readonly adjusted: bigint;
  readonly earnReversed: bigint;
}

const NONE: Liability = Object.freeze({
  wallets: 0,
  available: 0n,
  reserved: 0n,
  burned: 0n,
  expired: 0n,
  earned: 0n,
  adjusted: 0n,
  earnReversed: 0n,
});

/**
 * Replays streams, one after the other, and sums up their balances company by company at each of some moments. An event counts
 * for a moment if it had happened by then.
 */
export class LiabilityFold {
  /** By company, a sum for each moment. */
  readonly companies = new Map<number, Liability[]>();
  private wallet: Wallet = emptyWallet;
  private companyId = 0;
  /** The first moment that the stream has not come to. */
  private next = 0;

  /** @param moments ascending */
  constructor(private readonly moments: readonly Instant[]) {
    invariant(
      moments.every((at, i) => i === 0 || at > (moments[i - 1] as Instant)),
      'moments ascend',
    );
  }

  /** A stream begins, and the one before ends. */
  beginStream(companyId: number): void {
    this.endStream();
    this.companyId = companyId;
  }

  /** The stream's events, in order. */
  take(event: LedgerEvent): void {
    while (this.next < this.moments.length && (this.moments[this.next] as Instant) < event.occurredAt) this.settle();
    this.wallet = evolveWallet(this.wallet, event, event);
  }

  endStream(): void {
    while (this.next < this.moments.length) this.settle();
    this.wallet = emptyWallet;
    this.next = 0;
  }

  private settle(): void {
    const index = this.next++;
    if (this.wallet.version === 0n) return;
    let sums = this.companies.get(this.companyId);
    if (sums === undefined) {
      sums = this.moments.map(() => NONE);
      this.companies.set(this.companyId, sums);
    }
    sums[index] = plus(sums[index] as Liability, this.wallet);
  }
}

function plus(sum: Liability, wallet: Wallet): Liability {
  return {
    wallets: sum.wallets + 1,
    available: sum.available + wallet.available,
    reserved: sum.reserved + wallet.reserved,
    burned: sum.burned + wallet.burned,
    expired: sum.expired + wallet.expired,
    earned: sum.earned + wallet.earned,
    adjusted: sum.adjusted + wallet.adjustedUp - wallet.adjustedDown,
    earnReversed: sum.earnReversed + wallet.earnReversed,
  };
}

/** The last microsecond, in UTC, of each month from that of `first` on, up to `last`, which is the final moment itself. */
export function monthEnds(first: Instant, last: Instant): readonly Instant[] {
  const ends: Instant[] = [];
  const text = formatInstant(first);
  let year = Number(text.slice(0, 4));
  let month = Number(text.slice(5, 7));
  for (;;) {
    month += 1;
    if (month > 12) [year, month] = [year + 1, 1];
    const begins = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-01T00:00:00.000000Z`;
    const end = instant((parseInstant(begins) ?? last) - 1);
    if (end >= last) return [...ends, last];
    ends.push(end);
  }
}
