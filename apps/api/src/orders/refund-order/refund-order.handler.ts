import { createHash } from 'node:crypto';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Refunds, type GivenRefund, type RefundKey } from '#ledger';
import { RefundOrderCommand, type RefundTold } from './refund-order.command.js';

@CommandHandler(RefundOrderCommand)
export class RefundOrderHandler implements ICommandHandler<RefundOrderCommand> {
  constructor(private readonly refunds: Refunds) {}

  /** @throws OrderError, LedgerError */
  execute({ call, refund }: RefundOrderCommand): Promise<GivenRefund> {
    const { amountCents, currency } = refund;
    return this.refunds.give(call, { ...keyOf(refund), amountCents, currency });
  }
}

/** Two refunds without an id that say the same are the same one: giving points back twice would be worse. */
function keyOf({ orderId, refundId, says }: RefundTold): RefundKey {
  if (refundId !== undefined) return { orderId, kind: 'refund', id: refundId };
  return { orderId, kind: 'unnamed', id: createHash('sha256').update(JSON.stringify(says)).digest('hex') };
}
