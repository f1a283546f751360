import type { RedemptionView } from '#ledger';

/** A redemption as it stands after a call, with what an answer to that call says besides. */
export interface AnsweredRedemption {
  readonly view: RedemptionView;
  /** The call came before, under the same key. */
  readonly repeated: boolean;
  /** The caller's own, or the one that was made for this call. */
  readonly idempotencyKey: string;
}

/** The same for calls whose end may depend on a provider. */
export interface AwaitedRedemption extends AnsweredRedemption {
  /** The points are not back yet: the worker is at it. */
  readonly underWay: boolean;
}
