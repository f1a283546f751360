import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RewardOption } from '#domain';
import { LedgerError } from '#ledger';
import { Catalogue } from '../../../catalogue/catalogue.js';
import { ApiError } from '../../../http/api-error.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { idempotencyKeyOf } from '../../../http/idempotency-key.js';
import type { AnsweredRedemption } from '../../../redemptions/answered-redemption.js';
import type { RedemptionRequest } from '../../../redemptions/request-redemption/request-redemption.command.js';
import { unlessRepeated } from '../../../redemptions/unless-repeated.js';
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
    const { companyId } = call;
    const { customerId } = await customerOf(this.queries, companyId, parameters);
    const option = await this.catalogue.find(companyId, String(parameters.redemption_option_id));
    if (option === undefined) {
      throw new ApiError('UNKNOWN_REWARD_OPTION', 'There is no redemption option of this id.');
    }
    await unlessRepeated(this.queries, { companyId, dialect: 'yotpo', idempotencyKey }, () => checkCost(option));
    const asked = readingsOf(option, customerId, parameters);
    const { view, repeated } = await this.#decide(call, asked, idempotencyKey);
    if (repeated) reply.header('idempotency-replayed', 'true');
    if (view.redemption.firstOutcome === 'refused') {
      reply.code(422);
      return { error: refusalOf(view.redemption) };
    }
    return this.answers.redemption(view);
  }

  /** The option may have been of another kind when the first call came under this key: what that one read is then the same command. */
  async #decide(
    call: CallContext,
    [asked, otherwise]: readonly [RedemptionRequest, RedemptionRequest],
    idempotencyKey: string | undefined,
  ): Promise<AnsweredRedemption> {
    try {
      return await this.redemptions.decide(call, asked, idempotencyKey);
    } catch (error) {
      const isReused = error instanceof LedgerError && error.code === 'IDEMPOTENCY_KEY_REUSED';
      if (!isReused || otherwise.points === asked.points) throw error;
      return this.redemptions.decide(call, otherwise, idempotencyKey);
    }
  }
}

/** The answer must be able to say what it cost. @throws ApiError NUMBER_OUT_OF_RANGE */
function checkCost({ cost }: RewardOption): void {
  if (cost.kind === 'fixed') int32Of(cost.points);
}

/**
 * What is asked for as things stand, and as they would with an option of the other kind: `points_to_redeem` counts where the option leaves
 * it to the caller; others cost what they cost.
 */
function readingsOf(
  { cost }: RewardOption,
  customerId: string,
  parameters: RedeemParameters,
): readonly [RedemptionRequest, RedemptionRequest] {
  const { points_to_redeem: said } = parameters;
  const withPoints = requestOf(customerId, parameters, said === undefined ? undefined : BigInt(said));
  const without = { ...withPoints, points: undefined };
  return cost.kind === 'fixed' ? [without, withPoints] : [withPoints, without];
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
