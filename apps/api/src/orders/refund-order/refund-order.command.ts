import { Command } from '@nestjs/cqrs';
import type { GivenRefund } from '#ledger';
import type { CallContext } from '../../http/call-context.js';

/** A refund as a dialect tells it. Money is in the currency's smallest unit. */
export interface RefundTold {
  readonly orderId: string;
  /** The shop's own id of the refund; without one, the same refund is known by what it says. */
  readonly refundId: string | undefined;
  /** What a refund without an id says, in a fixed order. */
  readonly says: readonly (string | null)[];
  readonly amountCents: bigint;
  /** Undefined: the order's. */
  readonly currency: string | undefined;
}

/** Gives back what an order committed, in proportion to the money. Once per key; never more than was committed. */
export class RefundOrderCommand extends Command<GivenRefund> {
  constructor(
    readonly call: CallContext,
    readonly refund: RefundTold,
  ) {
    super();
  }
}
