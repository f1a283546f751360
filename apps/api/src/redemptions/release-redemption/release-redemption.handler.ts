import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SettlementWatcher } from '#ledger';
import { ApiError, notFound } from '../../http/api-error.js';
import type { AwaitedRedemption } from '../answered-redemption.js';
import { RedemptionMessages } from '../redemption-messages.js';
import { ReleaseRedemptionCommand } from './release-redemption.command.js';

@CommandHandler(ReleaseRedemptionCommand)
export class ReleaseRedemptionHandler implements ICommandHandler<ReleaseRedemptionCommand> {
  constructor(
    private readonly messages: RedemptionMessages,
    private readonly watcher: SettlementWatcher,
  ) {}

  /** @throws ApiError VOUCHER_USED when the voucher turned out to be used while it was to be voided: the points stay burned. */
  async execute(command: ReleaseRedemptionCommand): Promise<AwaitedRedemption> {
    const { call, redemptionId, reason, idempotencyKey, waitMs } = command;
    const { executed, ...sent } = await this.messages.send({
      call,
      scope: 'holdfast.release',
      command: { type: 'ReleaseRedemption', redemptionId },
      terms: [reason ?? null],
      idempotencyKey,
      ...(reason === undefined ? {} : { words: { reason } }),
    });
    const mayWait = executed.outcome === 'repeated' || executed.redemption?.status === 'releasing';
    const key = { companyId: call.companyId, redemptionId };
    const view = mayWait
      ? await this.watcher.wait(key, { waitMs, signal: call.signal })
      : await this.messages.view(call, redemptionId);
    if (view === undefined) throw notFound();
    const { status } = view.redemption;
    if (status === 'committed' || status === 'reversing') {
      throw new ApiError(
        'VOUCHER_USED',
        'The voucher was used before it could be voided, so the points stay committed.',
      );
    }
    return {
      view,
      underWay: status === 'releasing',
      repeated: executed.outcome === 'repeated',
      idempotencyKey: sent.idempotencyKey,
    };
  }
}
