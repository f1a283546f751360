import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RedemptionReader, resolutionMessage } from '#ledger';
import { VoucherCodes } from '#platform';
import { sealVoucher } from '#vouchers';
import { notFound } from '../../http/api-error.js';
import type { AnsweredRedemption } from '../answered-redemption.js';
import { RedemptionMessages } from '../redemption-messages.js';
import { ResolveFlagsCommand } from './resolve-flags.command.js';

@CommandHandler(ResolveFlagsCommand)
export class ResolveFlagsHandler implements ICommandHandler<ResolveFlagsCommand> {
  constructor(
    private readonly reader: RedemptionReader,
    private readonly codes: VoucherCodes,
    private readonly messages: RedemptionMessages,
  ) {}

  async execute({ redemptionId, resolution, origin }: ResolveFlagsCommand): Promise<AnsweredRedemption> {
    const companyId = await this.reader.companyOf(redemptionId);
    if (companyId === undefined) throw notFound();
    const key = { companyId, redemptionId };
    const { code } = resolution;
    const voucher =
      code === undefined
        ? undefined
        : sealVoucher(this.codes, key, { code, externalId: undefined, expiresAt: undefined });
    const { actor, ...message } = resolutionMessage(key, resolution, voucher);
    const sent = await this.messages.send({ call: { companyId, actor, ...origin }, ...message });
    const view = await this.messages.view({ companyId }, redemptionId);
    return { view, repeated: sent.executed.outcome === 'repeated', idempotencyKey: sent.idempotencyKey };
  }
}
