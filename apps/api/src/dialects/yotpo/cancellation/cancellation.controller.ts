import { Controller, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { Redemption } from '#domain';
import { DialectIds } from '#ledger';
import { VoucherCodes, type ServiceConfig } from '#platform';
import { CONFIG } from '../../../engine/tokens.js';
import { ApiError, notFound } from '../../../http/api-error.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { GiveBackRedemptionCommand } from '../../../redemptions/give-back-redemption/give-back-redemption.command.js';
import { RedemptionMessages } from '../../../redemptions/redemption-messages.js';
import { YotpoScope } from '../access.js';
import { DescribeYotpo } from '../describe.js';
import { Parameters } from '../parameters.js';
import { YOTPO } from '../path.js';
import { redemptionSchema, YotpoAnswers, type RedemptionAnswer } from '../redemption-answer.js';
import {
  cancellationParameters,
  redemptionParams,
  type CancellationParameters,
  type RedemptionParams,
} from './cancellation.schema.js';

@Controller(YOTPO)
export class YotpoCancellationController {
  constructor(
    private readonly commands: CommandBus,
    private readonly dialectIds: DialectIds,
    private readonly messages: RedemptionMessages,
    private readonly codes: VoucherCodes,
    private readonly answers: YotpoAnswers,
    @Inject(CONFIG) private readonly config: ServiceConfig,
  ) {}

  @Post('redemptions/:redemptionId/cancellation_completed')
  @HttpCode(200)
  @YotpoScope('redemptions:write')
  @DescribeYotpo({
    summary: 'The coupon is cancelled: give the points back',
    description: 'Held points are released, deducted ones reversed. 202 while a coupon’s provider is still to confirm.',
    operationId: 'yotpoCancellationCompleted',
    body: cancellationParameters,
    schema: redemptionSchema,
  })
  async cancel(
    @Param({ schema: redemptionParams }) { redemptionId }: RedemptionParams,
    @Parameters(cancellationParameters) { reward_text: code }: CancellationParameters,
    @Call() call: CallContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RedemptionAnswer> {
    const id = await this.dialectIds.find(call.companyId, 'yotpo', redemptionId);
    if (id === undefined) throw notFound();
    const { redemption } = await this.messages.view(call, id);
    if (!this.#isCodeOf(call.companyId, redemption, code)) {
      throw new ApiError('CODE_DIFFERS', 'reward_text is not the code of this redemption.');
    }
    const { view, underWay } = await this.commands.execute(
      new GiveBackRedemptionCommand(call, id, this.config.redeemWaitMs),
    );
    if (underWay) reply.code(202);
    return this.answers.redemption(view);
  }

  #isCodeOf(companyId: number, { voucher }: Redemption, code: string): boolean {
    const digest = voucher.code?.digest;
    return this.codes.lookupDigests(companyId, code).some((lookup) => lookup.digest === digest);
  }
}
