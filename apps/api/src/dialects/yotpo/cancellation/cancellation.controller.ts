import { Controller, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { DomainError, type DomainErrorCode, type Redemption } from '#domain';
import { DialectIds } from '#ledger';
import { VoucherCodes, type ServiceConfig } from '#platform';
import { CONFIG } from '../../../engine/tokens.js';
import { ApiError, notFound } from '../../../http/api-error.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import type { AwaitedRedemption } from '../../../redemptions/answered-redemption.js';
import { RedemptionMessages } from '../../../redemptions/redemption-messages.js';
import { ReleaseRedemptionCommand } from '../../../redemptions/release-redemption/release-redemption.command.js';
import { ReverseRedemptionCommand } from '../../../redemptions/reverse-redemption/reverse-redemption.command.js';
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

/** What the one message is refused with where the other is due: an order or a worker was faster. */
const otherIsDue: ReadonlySet<DomainErrorCode> = new Set(['ALREADY_COMMITTED', 'NOT_COMMITTED']);

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
    const { view, underWay } = await this.#giveBack(call, redemption);
    if (underWay) reply.code(202);
    return this.answers.redemption(view);
  }

  #isCodeOf(companyId: number, { voucher }: Redemption, code: string): boolean {
    const digest = voucher.code?.digest;
    return this.codes.lookupDigests(companyId, code).some((lookup) => lookup.digest === digest);
  }

  async #giveBack(call: CallContext, { id, status }: Redemption): Promise<AwaitedRedemption> {
    const [first, second] =
      status === 'committed' || status === 'reversing'
        ? ([() => this.#reverse(call, id), () => this.#release(call, id)] as const)
        : ([() => this.#release(call, id), () => this.#reverse(call, id)] as const);
    try {
      return await first();
    } catch (error) {
      if (error instanceof DomainError && otherIsDue.has(error.code)) return second();
      throw error;
    }
  }

  #release(call: CallContext, id: string): Promise<AwaitedRedemption> {
    return this.commands.execute(
      new ReleaseRedemptionCommand(call, id, undefined, undefined, this.config.redeemWaitMs),
    );
  }

  #reverse(call: CallContext, id: string): Promise<AwaitedRedemption> {
    return this.commands.execute(
      new ReverseRedemptionCommand(call, id, undefined, undefined, undefined, this.config.redeemWaitMs),
    );
  }
}
