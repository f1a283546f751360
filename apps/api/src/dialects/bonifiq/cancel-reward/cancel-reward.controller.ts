import { Body, Controller, Delete, HttpCode, Inject, Param, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { formatInstant } from '#domain';
import { DialectIds, type RedemptionView } from '#ledger';
import type { ServiceConfig } from '#platform';
import { CONFIG } from '../../../engine/tokens.js';
import { ApiError, invalid, notFound } from '../../../http/api-error.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { FindKeyedRedemptionQuery } from '../../../redemptions/find-keyed-redemption/find-keyed-redemption.query.js';
import { GiveBackRedemptionCommand } from '../../../redemptions/give-back-redemption/give-back-redemption.command.js';
import { BonifiqScope } from '../access.js';
import { customerAnswer } from '../customer-answer.js';
import { DescribeBonifiq } from '../describe.js';
import { done, warned, type Envelope } from '../envelope.js';
import { int32Of } from '../fields.js';
import { BONIFIQ } from '../path.js';
import { pointTypes } from '../point-types.js';
import { BonifiqAnswers, pointIdOf, worthOf } from '../redemption-answer.js';
import {
  cancelledSchema,
  keyBody,
  keyQuery,
  pointParams,
  type CancelledResult,
  type KeyNamed,
  type PointParams,
} from './cancel-reward.schema.js';

const described = {
  summary: 'Cancel a redemption and give the points back',
  description: 'Held points are released, deducted ones reversed. 202 while a coupon’s provider is still to confirm.',
  schema: cancelledSchema,
};

@Controller(BONIFIQ)
export class BonifiqCancelRewardController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly dialectIds: DialectIds,
    private readonly answers: BonifiqAnswers,
    @Inject(CONFIG) private readonly config: ServiceConfig,
  ) {}

  @Delete('POS/rewards/:id')
  @HttpCode(200)
  @BonifiqScope('redemptions:write')
  @DescribeBonifiq({ ...described, operationId: 'bonifiqCancelReward' })
  async cancel(
    @Param({ schema: pointParams }) { id }: PointParams,
    @Call() call: CallContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope<CancelledResult>> {
    return this.#giveBack(call, await this.dialectIds.find(call.companyId, 'bonifiq', id), reply);
  }

  @Delete('POS/rewards')
  @HttpCode(200)
  @BonifiqScope('redemptions:write')
  @DescribeBonifiq({ ...described, operationId: 'bonifiqCancelRewardByKey' })
  async cancelByKey(
    @Query({ schema: keyQuery }) query: KeyNamed,
    @Body({ schema: keyBody }) body: KeyNamed,
    @Call() call: CallContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope<CancelledResult>> {
    const key = query.OriginalKey ?? body.OriginalKey;
    if (key === undefined) throw new ApiError('IDEMPOTENCY_KEY_REQUIRED', 'Send the OriginalKey it was redeemed with.');
    if (body.OriginalKey !== undefined && body.OriginalKey !== key) {
      throw invalid('OriginalKey in the query and in the body differ. Send one of them.');
    }
    const redemptionId = await this.queries.execute(new FindKeyedRedemptionQuery(call.companyId, 'bonifiq', key));
    return this.#giveBack(call, redemptionId, reply);
  }

  async #giveBack(
    call: CallContext,
    redemptionId: string | undefined,
    reply: FastifyReply,
  ): Promise<Envelope<CancelledResult>> {
    if (redemptionId === undefined) throw notFound();
    const command = new GiveBackRedemptionCommand(call, redemptionId, this.config.redeemWaitMs);
    const { view, underWay } = await this.commands.execute(command);
    const result = await this.#result(view, !underWay);
    if (!underWay) return done(result);
    reply.code(202);
    const message = 'The points come back once the coupon’s provider has confirmed. Repeat the request to see it.';
    return warned(result, message, { Code: null, CodeName: 'RewardCancellationInProgress' });
  }

  async #result(view: RedemptionView, isCanceled: boolean): Promise<CancelledResult> {
    const { redemption, customer, requestText } = view;
    const id = pointIdOf(redemption);
    return {
      Id: id,
      Customer: await customerAnswer(this.queries, customer.companyId, customer.id),
      ExternalCode: this.answers.codeOf(view),
      CashValue: redemption.terms?.discountType === 'fixed_amount' ? worthOf(redemption) : null,
      IsCanceled: isCanceled,
      RedeemDate: formatInstant(redemption.requestedAt),
      Points: {
        Id: id,
        Points: int32Of(redemption.cost),
        Type: pointTypes.redeemed.type,
        EventKey: requestText?.idempotencyKey ?? redemption.id,
      },
    };
  }
}
