import { Body, Controller, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { costOf, DomainError, type RewardOption } from '#domain';
import type { ServiceConfig } from '#platform';
import { Catalogue } from '../../../catalogue/catalogue.js';
import { CONFIG } from '../../../engine/tokens.js';
import { ApiError } from '../../../http/api-error.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { idempotencyKeyOf } from '../../../http/idempotency-key.js';
import {
  RequestRedemptionCommand,
  type RedemptionRequest,
} from '../../../redemptions/request-redemption/request-redemption.command.js';
import { unlessRepeated } from '../../../redemptions/unless-repeated.js';
import { BonifiqScope } from '../access.js';
import { customerOf } from '../customer-of.js';
import { DescribeBonifiq } from '../describe.js';
import type { Envelope } from '../envelope.js';
import { int32Of } from '../fields.js';
import { BONIFIQ } from '../path.js';
import { outcomeOf } from '../outcome.js';
import { BonifiqAnswers } from '../redemption-answer.js';
import { metadataOf } from '../remarks.js';
import {
  redeemBody,
  redeemedSchema,
  rewardParams,
  type RedeemBody,
  type RedeemedResult,
  type RewardParams,
} from './redeem.schema.js';

/** Codes without a coupon in the shop come from the provider that every company has. */
const OURS = 'generated';

@Controller(BONIFIQ)
export class BonifiqRedeemController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly catalogue: Catalogue,
    private readonly answers: BonifiqAnswers,
    @Inject(CONFIG) private readonly config: ServiceConfig,
  ) {}

  @Post('POS/rewards/:id/redeem')
  @HttpCode(200)
  @BonifiqScope('redemptions:write')
  @DescribeBonifiq({
    summary: 'Redeem a reward in behalf of a customer',
    description:
      '`OriginalKey` makes it repeatable. `ExternalCode` is the voucher’s code; with `ForceGenerateCoupon` the reward’s own provider makes it, and `Coupon` describes it.',
    operationId: 'bonifiqRedeemReward',
    schema: redeemedSchema,
  })
  async redeem(
    @Param({ schema: rewardParams }) { id }: RewardParams,
    @Body({ schema: redeemBody }) body: RedeemBody,
    @Call() call: CallContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope<RedeemedResult>> {
    const key = idempotencyKeyOf(request, body.OriginalKey);
    const { customerId } = await customerOf(this.queries, call.companyId, body.CustomerId);
    const option = await this.catalogue.find(call.companyId, id);
    if (option === undefined) throw new ApiError('UNKNOWN_REWARD_OPTION', 'There is no reward of this id.');
    const keyed = { companyId: call.companyId, dialect: 'bonifiq', idempotencyKey: key };
    await unlessRepeated(this.queries, keyed, () => checkAsked(option, body));
    const asked = requestOf(customerId, id, body);
    const answered = await this.commands.execute(
      new RequestRedemptionCommand(call, 'bonifiq', asked, key, this.config.redeemWaitMs),
    );
    const result = this.answers.redeemed(answered.view, answered.idempotencyKey, body.ForceGenerateCoupon === true);
    return outcomeOf(answered, result, reply);
  }
}

/**
 * What only this dialect asks: points are said of cashback alone, and the answer must be able to say how many there were. All else the
 * catalogue judges once it is known whether the call is a repeat.
 *
 * @throws ApiError NUMBER_OUT_OF_RANGE; DomainError VALUE_NOT_ACCEPTED
 */
function checkAsked(option: RewardOption, { Value, Points }: RedeemBody): void {
  const isSaid = Value !== undefined || Points !== undefined;
  if (isSaid && (option.cost.kind !== 'cashback' || (Value !== undefined && Points !== undefined))) {
    throw new DomainError('VALUE_NOT_ACCEPTED');
  }
  const points = Points === undefined ? undefined : BigInt(Points);
  const cost = costOf(option, { points, value: Value, currency: undefined });
  if (cost.kind === 'points') int32Of(cost.points);
}

function requestOf(customerId: string, id: string, body: RedeemBody): RedemptionRequest {
  const { Value, Points, ForceGenerateCoupon, Metadatas, RedeemOrigin, Branch, SalesPerson } = body;
  return {
    customerId,
    rewardOptionId: id,
    rewardName: undefined,
    points: Points === undefined ? undefined : BigInt(Points),
    value: Value,
    deduction: 'immediate',
    reserveTtlSeconds: undefined,
    voucherProvider: ForceGenerateCoupon === true ? undefined : OURS,
    callerVoucher: undefined,
    metadata: metadataOf({ Metadatas, RedeemOrigin, Branch, SalesPerson }),
    numberedBy: 'bonifiq',
  };
}
