import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Wallets } from '#ledger';
import { PointChanges } from '../point-changes.js';
import type { PointEntry } from '../point-entry.js';
import { EarnPointsCommand } from './earn-points.command.js';

@CommandHandler(EarnPointsCommand)
export class EarnPointsHandler implements ICommandHandler<EarnPointsCommand> {
  constructor(
    private readonly wallets: Wallets,
    private readonly changes: PointChanges,
  ) {}

  async execute({ call, customerId, earning }: EarnPointsCommand): Promise<PointEntry> {
    const { walletId } = await this.wallets.open(call.companyId, customerId, call);
    const { points, referenceType, referenceId } = earning;
    return this.changes.write({
      call,
      scope: 'holdfast.earn',
      customerId,
      walletId,
      command: { type: 'EarnPoints', points, referenceType, referenceId },
      words: earning,
    });
  }
}
