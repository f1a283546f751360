import type { CancelAnswer, DiscountType, Instant, Points } from '#domain';

/**
 * The port to whoever issues vouchers outside this process. Every answer is an outcome, never an exception: a provider that cannot
 * tell what happened says `unknown`, and `not_sent` only where it is certain that no byte of the request reached the other side.
 */
export interface VoucherProvider {
  /** Asks for a voucher. The same key again asks for the same voucher. */
  issue(request: VoucherRequest, limits: CallLimits): Promise<IssueOutcome>;
  /** Asks what became of the key. `not_found` means *so far*: an earlier request may still arrive. */
  find(key: VoucherKey, limits: CallLimits): Promise<FindOutcome>;
  /** Makes the key's voucher, one there is or one that may still come, unusable for ever. */
  cancel(key: VoucherKey, limits: CallLimits): Promise<CancelOutcome>;
}

export interface VoucherKey {
  readonly companyId: number;
  readonly redemptionId: string;
  /** Born with the redemption and never changed. */
  readonly providerKey: string;
  /** What the reward option wants in front of a code that is made on this side, instead of the provider's own. */
  readonly codePrefix?: string | undefined;
}

export interface VoucherRequest extends VoucherKey {
  readonly customerId: string;
  readonly rewardOptionId: string;
  readonly rewardName: string;
  readonly points: Points;
  /** The company's, ISO 4217. */
  readonly currency: string;
  /** When the voucher should end; before the hold on the points does. */
  readonly expiresAt: Instant | undefined;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  /** What the voucher is worth, an exact decimal in `currency` or per cent; absent where name and cost were the caller's. */
  readonly discount?: { readonly type: DiscountType; readonly value: string } | undefined;
  /** Absent where none is known, or where it was erased. */
  readonly customerEmail?: string | undefined;
}

export interface CallLimits {
  /**
   * On the monotonic clock `performance.now()`, in milliseconds. Nothing may be sent after it, however long this process was
   * frozen; it is looked at right before writing.
   */
  readonly deadlineMs: number;
  /** Aborted when the answer is no longer waited for. */
  readonly signal: AbortSignal;
  /** The trace this call belongs to: 32 hexadecimal digits. */
  readonly traceId?: string | undefined;
  /** The span in that trace which the call is: 16 hexadecimal digits. Unset: one is made up. */
  readonly spanId?: string | undefined;
}

/** A voucher with its code in the clear. It lives between the provider and the sealing of the code, nowhere else. */
export interface PlainVoucher {
  readonly code: string;
  readonly externalId: string | undefined;
  readonly expiresAt: Instant | undefined;
}

export type IssueOutcome =
  | { readonly kind: 'issued'; readonly voucher: PlainVoucher }
  | { readonly kind: 'declined'; readonly reason: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'not_sent' };

export type FindOutcome =
  | { readonly kind: 'issued'; readonly voucher: PlainVoucher }
  | { readonly kind: 'used'; readonly voucher: PlainVoucher }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unknown' };

export type CancelOutcome = CancelAnswer;
