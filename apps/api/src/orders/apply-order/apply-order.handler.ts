import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Orders, Wallets, type AppliedOrder } from '#ledger';
import { notFound } from '../../http/api-error.js';
import { ApplyOrderCommand } from './apply-order.command.js';

@CommandHandler(ApplyOrderCommand)
export class ApplyOrderHandler implements ICommandHandler<ApplyOrderCommand> {
  constructor(
    private readonly wallets: Wallets,
    private readonly orders: Orders,
  ) {}

  /** @throws ApiError NOT_FOUND for an unknown customer; OrderError, DomainError, LedgerError */
  async execute({ call, order }: ApplyOrderCommand): Promise<AppliedOrder> {
    const walletId = await this.wallets.walletIdOf(call.companyId, order.customerId);
    if (walletId === undefined) throw notFound();
    return this.orders.apply(call, { ...order, walletId });
  }
}
