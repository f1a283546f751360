import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RedemptionReader, SettlementWatcher, type Executed } from '#ledger';
import { ApiError, notFound } from '../../http/api-error.js';
import type { AwaitedRedemption } from '../answered-redemption.js';
import { RedemptionMessages } from '../redemption-messages.js';
import { ReverseRedemptionCommand } from './reverse-redemption.command.js';

@CommandHandler(ReverseRedemptionCommand)
export class ReverseRedemptionHandler implements ICommandHandler<ReverseRedemptionCommand> {
  constructor(
    private readonly messages: RedemptionMessages,
    private readonly reader: RedemptionReader,
    private readonly watcher: SettlementWatcher,
  ) {}

  /**
   * @throws ApiError IDEMPOTENCY_KEY_REQUIRED for a part without a key: sent twice it would be given back twice; VOUCHER_USED when the
   * voucher turned out to be used while it was to be voided.
   */
  async execute(command: ReverseRedemptionCommand): Promise<AwaitedRedemption> {
    const { call, redemptionId, points, reason, idempotencyKey, waitMs } = command;
    if (points !== undefined && idempotencyKey === undefined) {
      throw new ApiError(
        'IDEMPOTENCY_KEY_REQUIRED',
        'Send an idempotency key with "points", so that a repeat gives nothing back twice.',
      );
    }
    const { executed, ...sent } = await this.messages.send({
      call,
      scope: 'holdfast.reverse',
      command: { type: 'ReverseRedemption', redemptionId, points },
      terms: [points === undefined ? null : String(points), reason ?? null],
      idempotencyKey,
      ...(reason === undefined ? {} : { words: { reason } }),
    });
    const voiding = await this.#startedVoiding(call.companyId, executed);
    const key = { companyId: call.companyId, redemptionId };
    const view = voiding
      ? await this.watcher.wait(key, { waitMs, signal: call.signal })
      : await this.messages.view(call, redemptionId);
    if (view === undefined) throw notFound();
    const { status } = view.redemption;
    if (voiding && status === 'committed') {
      throw new ApiError(
        'VOUCHER_USED',
        'The voucher was used before it could be voided, so the points stay committed.',
      );
    }
    return {
      view,
      underWay: status === 'reversing',
      repeated: executed.outcome === 'repeated',
      idempotencyKey: sent.idempotencyKey,
    };
  }

  /** Whether this call, now or the first time, waits for a voucher to be voided; a refund of a used one is there at once. */
  async #startedVoiding(companyId: number, executed: Executed): Promise<boolean> {
    if (executed.outcome !== 'repeated') return executed.redemption?.status === 'reversing';
    const { walletId, version } = executed;
    const first = version === undefined ? undefined : await this.reader.entry(companyId, walletId, version);
    return first?.event.type === 'ReversalStarted';
  }
}
