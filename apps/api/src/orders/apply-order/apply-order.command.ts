import { Command } from '@nestjs/cqrs';
import type { AppliedOrder, ToldOrder } from '#ledger';
import type { CallContext } from '../../http/call-context.js';

/** An order as a dialect tells it. Money is in the currency's smallest unit. */
export type OrderTold = Omit<ToldOrder, 'walletId'>;

/**
 * Records an order and commits what the coupon codes it carries hold. The order's id is its natural key: the same order again changes
 * nothing and answers the same.
 */
export class ApplyOrderCommand extends Command<AppliedOrder> {
  constructor(
    readonly call: CallContext,
    readonly order: OrderTold,
  ) {
    super();
  }
}
