import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AnsweredRedemption } from '../answered-redemption.js';
import { RedemptionMessages } from '../redemption-messages.js';
import { CommitRedemptionCommand } from './commit-redemption.command.js';

@CommandHandler(CommitRedemptionCommand)
export class CommitRedemptionHandler implements ICommandHandler<CommitRedemptionCommand> {
  constructor(private readonly messages: RedemptionMessages) {}

  async execute(command: CommitRedemptionCommand): Promise<AnsweredRedemption> {
    const { call, redemptionId, points, orderId, idempotencyKey } = command;
    const sent = await this.messages.send({
      call,
      scope: 'holdfast.commit',
      command: { type: 'CommitRedemption', redemptionId, points, orderId, keyed: idempotencyKey !== undefined },
      terms: [points === undefined ? null : String(points), orderId ?? null],
      idempotencyKey,
    });
    const view = await this.messages.view(call, redemptionId);
    return { view, repeated: sent.executed.outcome === 'repeated', idempotencyKey: sent.idempotencyKey };
  }
}
