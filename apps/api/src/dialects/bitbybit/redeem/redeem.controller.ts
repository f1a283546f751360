import { Body, Controller, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServiceConfig } from '#platform';
import { RequireScope } from '../../../auth/access.js';
import { CONFIG } from '../../../engine/tokens.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { errorEnvelope, type ErrorEnvelope } from '../../../http/error-envelope.js';
import { idempotencyKeyOf } from '../../../http/idempotency-key.js';
import { waitFrom } from '../../../http/prefer.js';
import type { AnsweredRedemption } from '../../../redemptions/answered-redemption.js';
import { refusalOf } from '../../../redemptions/refusal.js';
import {
  RequestRedemptionCommand,
  type RedemptionRequest,
} from '../../../redemptions/request-redemption/request-redemption.command.js';
import { redeemedSchema, type RedeemedAnswer, type RedemptionAnswer } from '../answer-schemas.js';
import { BitbybitAnswers } from '../answers.js';
import { Describe, DescribeIdempotencyKey, DescribePrefer } from '../describe.js';
import { LOYALTY } from '../path.js';
import { markAnswer, markUnderWay } from '../respond.js';
import { customerParams, redeemBody, type CustomerParams, type RedeemBody } from './redeem.schema.js';

type RedeemAnswer = RedeemedAnswer | (ErrorEnvelope & { readonly redemption: RedemptionAnswer });

@Controller(LOYALTY)
export class RedeemController {
  constructor(
    private readonly commands: CommandBus,
    private readonly answers: BitbybitAnswers,
    @Inject(CONFIG) private readonly config: ServiceConfig,
  ) {}

  @Post('customers/:customerId/redeem')
  @HttpCode(200)
  @RequireScope('redemptions:write')
  @DescribePrefer()
  @DescribeIdempotencyKey()
  @Describe({
    summary: 'Redeem reward and create voucher',
    operationId: 'redeemCustomerReward',
    answers: {
      200: { description: 'The customer has the voucher.', schema: redeemedSchema },
      202: { description: 'It is under way; Location says where to ask.', schema: redeemedSchema },
      422: { description: 'It failed, or the points were given back: `error`, and `redemption` beside it.' },
    },
  })
  async redeem(
    @Param({ schema: customerParams }) { customerId }: CustomerParams,
    @Body({ schema: redeemBody }) body: RedeemBody,
    @Call() call: CallContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RedeemAnswer> {
    const wait = waitFrom(request.headers.prefer, this.config.redeemWaitMs);
    const key = idempotencyKeyOf(request, body.idempotencyKey);
    const command = new RequestRedemptionCommand(call, 'bitbybit', requestOf(customerId, body), key, wait.waitMs);
    const answered = await this.commands.execute(command);
    markAnswer(reply, answered, wait);
    return this.#answer(answered, call, reply);
  }

  /** A repeat gets the status of the first settled outcome, whatever has become of the redemption since (design §2). */
  #answer({ view, idempotencyKey }: AnsweredRedemption, { traceId }: CallContext, reply: FastifyReply): RedeemAnswer {
    const answer = this.answers.redeemed(view, idempotencyKey);
    const { firstOutcome, id } = view.redemption;
    if (firstOutcome === undefined) markUnderWay(reply, id);
    if (firstOutcome !== 'refused') return answer;
    const { code, message } = refusalOf(view.redemption);
    reply.code(422);
    return { ...errorEnvelope(422, code, message, traceId), redemption: answer.data.redemption };
  }
}

function requestOf(customerId: string, body: RedeemBody): RedemptionRequest {
  const { voucherCode, voucherExternalId } = body;
  return {
    customerId,
    rewardOptionId: body.rewardOptionId,
    rewardName: body.rewardName,
    points: body.pointsCost,
    purchaseAmount: body.purchaseAmount,
    deduction: body.delayPointsDeduction === true ? 'order' : 'immediate',
    reserveTtlSeconds: body.reserveTtlSeconds,
    voucherProvider: body.voucherProvider,
    callerVoucher: voucherCode === undefined ? undefined : { code: voucherCode, externalId: voucherExternalId },
    metadata: body.metadata,
  };
}
