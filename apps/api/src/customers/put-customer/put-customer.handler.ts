import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Wallets } from '#ledger';
import { PrismaClient } from '#platform/prisma';
import { PutCustomerCommand, type CustomerProfile, type StoredCustomer } from './put-customer.command.js';

@CommandHandler(PutCustomerCommand)
export class PutCustomerHandler implements ICommandHandler<PutCustomerCommand> {
  constructor(
    private readonly wallets: Wallets,
    private readonly prisma: PrismaClient,
  ) {}

  async execute(command: PutCustomerCommand): Promise<{ customer: StoredCustomer; created: boolean }> {
    const { call, customerId, profile } = command;
    const { created } = await this.wallets.open(call.companyId, customerId, call);
    const customer = await this.prisma.customer.update({
      where: { companyId_id: { companyId: call.companyId, id: customerId } },
      data: { ...given(profile), updatedAt: new Date() },
    });
    return { customer, created };
  }
}

/** Only the fields that were sent. */
function given(profile: CustomerProfile): Record<string, string | string[] | null> {
  const sent = Object.entries(profile).filter(
    (entry): entry is [string, string | string[] | null] => entry[1] !== undefined,
  );
  return Object.fromEntries(sent);
}
