import type { Instant, LedgerEvent, Redemption } from '#domain';
import type { PrivateText } from '../ledger-command.js';

/** A wallet as it is shown to callers. */
export interface WalletView {
  readonly id: string;
  readonly companyId: number;
  readonly customerId: string;
  readonly version: bigint;
  readonly available: bigint;
  readonly reserved: bigint;
  readonly lifetimeEarned: bigint;
  readonly lifetimeBurned: bigint;
  readonly lastEntryAt: Instant | undefined;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface CustomerView {
  readonly id: string;
  readonly companyId: number;
  readonly name: string | null;
  readonly email: string | null;
  readonly phoneNumber: string | null;
}

/** A redemption with all that an answer about it shows, read in one statement. */
export interface RedemptionView {
  readonly redemption: Redemption;
  readonly wallet: WalletView;
  readonly customer: CustomerView;
  /** What the caller wrote with the request: its idempotency key and metadata. */
  readonly requestText: PrivateText | undefined;
  /** The redemption's newest event that moved points. */
  readonly latestEntry: LedgerEvent | undefined;
  readonly latestEntryText: PrivateText | undefined;
}
