import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Refunds, type GivenRefund } from '#ledger';
import { CancelOrderCommand } from './cancel-order.command.js';

@CommandHandler(CancelOrderCommand)
export class CancelOrderHandler implements ICommandHandler<CancelOrderCommand> {
  constructor(private readonly refunds: Refunds) {}

  /** @throws OrderError, LedgerError */
  execute({ call, orderId }: CancelOrderCommand): Promise<GivenRefund> {
    return this.refunds.give(call, {
      orderId,
      kind: 'cancellation',
      id: '',
      amountCents: undefined,
      currency: undefined,
    });
  }
}
