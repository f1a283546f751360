import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Catalogue } from '../../../catalogue/catalogue.js';
import { ApiError } from '../../../http/api-error.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { idempotencyKeyOf } from '../../../http/idempotency-key.js';
import type { RedemptionRequest } from '../../../redemptions/request-redemption/request-redemption.command.js';
import { YotpoScope } from '../access.js';
import { customerOf } from '../customer-of.js';
import { DescribeYotpo } from '../describe.js';
import { int32Of } from '../fields.js';
import { Parameters } from '../parameters.js';
import { YOTPO } from '../path.js';
import { redemptionSchema, YotpoAnswers, type RedemptionAnswer } from '../redemption-answer.js';
import { refusalOf } from '../refusal.js';
import { DecidedRedemptions } from './decided-redemptions.js';
import { redeemParameters, type RedeemParameters } from './redeem.schema.js';

@Controller(YOTPO)
export class YotpoRedeemController {
  constructor(
    private readonly queries: QueryBus,
    private readonly catalogue: Catalogue,
    private readonly redemptions: DecidedRedemptions,
    private readonly answers: YotpoAnswers,
  ) {}

  @Post('redemptions')
  @HttpCode(200)
  @YotpoScope('redemptions:write')
  @DescribeYotpo({
    summary: 'Redeem points for a coupon',
    description: 'With `delay_points_deduction` the points are held until the order that carries the code.',
    operationId: 'yotpoCreateRedemption',
    body: redeemParameters,
    schema: redemptionSchema,
  })
  async redeem(
    @Parameters(redeemParameters) parameters: RedeemParameters,
    @Call() call: CallContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RedemptionAnswer | { readonly error: string }> {
    const idempotencyKey = idempotencyKeyOf(request, undefined);
    const { customerId } = await customerOf(this.queries, call.companyId, parameters);
    const asked = requestOf(customerId, parameters, await this.#points(call.companyId, parameters));
    const { view, repeated } = await this.redemptions.decide(call, asked, idempotencyKey);
    if (repeated) reply.header('idempotency-replayed', 'true');
    if (view.redemption.firstOutcome === 'refused') {
      reply.code(422);
      return { error: refusalOf(view.redemption) };
    }
    return this.answers.redemption(view);
  }

  /**
   * What `points_to_redeem` says, of options that leave it to the caller; others cost what they cost. The answer must be able to say it.
   *
   * @throws ApiError UNKNOWN_REWARD_OPTION, NUMBER_OUT_OF_RANGE
   */
  async #points(companyId: number, parameters: RedeemParameters): Promise<bigint | undefined> {
    const option = await this.catalogue.find(companyId, String(parameters.redemption_option_id));
    if (option === undefined) {
      throw new ApiError('UNKNOWN_REWARD_OPTION', 'There is no redemption option of this id.');
    }
    if (option.cost.kind !== 'fixed') {
      const { points_to_redeem: points } = parameters;
      return points === undefined ? undefined : BigInt(points);
    }
    int32Of(option.cost.points);
    return undefined;
  }
}

function requestOf(customerId: string, parameters: RedeemParameters, points: bigint | undefined): RedemptionRequest {
  return {
    customerId,
    rewardOptionId: String(parameters.redemption_option_id),
    rewardName: undefined,
    points,
    currency: parameters.currency,
    deduction: parameters.delay_points_deduction === true ? 'order' : 'immediate',
    reserveTtlSeconds: undefined,
    voucherProvider: undefined,
    callerVoucher: undefined,
    metadata: undefined,
    numberedBy: 'yotpo',
  };
}
