import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Wallets } from '#ledger';
import { notFound } from '../../http/api-error.js';
import { PointChanges } from '../point-changes.js';
import type { PointEntry } from '../point-entry.js';
import { AdjustPointsCommand } from './adjust-points.command.js';

@CommandHandler(AdjustPointsCommand)
export class AdjustPointsHandler implements ICommandHandler<AdjustPointsCommand> {
  constructor(
    private readonly wallets: Wallets,
    private readonly changes: PointChanges,
  ) {}

  async execute({ call, customerId, adjustment }: AdjustPointsCommand): Promise<PointEntry> {
    const walletId = await this.wallets.walletIdOf(call.companyId, customerId);
    if (walletId === undefined) throw notFound();
    const { scope = 'holdfast.adjust', pointsDelta, referenceType, referenceId } = adjustment;
    return this.changes.write({
      call,
      scope,
      customerId,
      walletId,
      command: { type: 'AdjustPoints', pointsDelta, referenceType, referenceId },
      words: adjustment,
    });
  }
}
