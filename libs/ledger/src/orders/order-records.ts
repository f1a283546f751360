import type { Actor } from '#domain';

/** Who tells of an order, or goes on with one that was cut off. */
export interface OrderOrigin {
  readonly companyId: number;
  readonly actor: Actor;
  readonly traceId: string | undefined;
}

/** An order as a shop tells it. Money is in the currency's smallest unit. */
export interface ToldOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly walletId: string;
  readonly dialect: string;
  readonly totalCents: bigint;
  readonly currency: string;
  /** When the shop took it; undefined: now. */
  readonly placedAt: Date | undefined;
  /** Every coupon code it carries, ours or not. */
  readonly codes: readonly string[];
}

/** One redemption whose code the order carries. */
export interface OrderedRedemption {
  readonly redemptionId: string;
  /** The id of the new redemption, should the order come too late for the old one. */
  readonly recoveryId: string;
  /** Whichever of the two committed its points; undefined before that, and where the balance was short. */
  readonly payingId: string | undefined;
  readonly points: bigint;
}

export interface StoredOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly walletId: string;
  readonly dialect: string;
  readonly totalCents: bigint;
  readonly currency: string;
  readonly placedAt: Date;
  readonly receivedAt: Date;
  /** Undefined while codes of it may be uncommitted. */
  readonly appliedAt: Date | undefined;
  /** Given back so far; undefined while there was no refund. */
  readonly refundedCents: bigint | undefined;
  readonly redemptions: readonly OrderedRedemption[];
}

/** `refund`: under the shop's id. `unnamed`: known by what it says. `cancellation`: of all that is left. */
export type RefundKind = 'refund' | 'unnamed' | 'cancellation';

export interface RefundKey {
  readonly orderId: string;
  readonly kind: RefundKind;
  readonly id: string;
}

/** What a refund gives back of one redemption. */
export interface RefundPart {
  readonly redemptionId: string;
  readonly points: bigint;
  /** The part's own idempotency key in the ledger, 64 hexadecimal digits: random, drawn when the refund was recorded. */
  readonly keyDigest: string;
}

export interface StoredRefund extends RefundKey {
  readonly walletId: string;
  readonly amountCents: bigint;
  readonly isDone: boolean;
  readonly parts: readonly RefundPart[];
}
