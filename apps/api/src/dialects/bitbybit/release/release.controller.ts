import { Body, Controller, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServiceConfig } from '#platform';
import { RequireScope } from '../../../auth/access.js';
import { CONFIG } from '../../../engine/tokens.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { idempotencyKeyOf } from '../../../http/idempotency-key.js';
import { waitFrom } from '../../../http/prefer.js';
import { ReleaseRedemptionCommand } from '../../../redemptions/release-redemption/release-redemption.command.js';
import { redeemedSchema, type RedeemedAnswer } from '../answer-schemas.js';
import { BitbybitAnswers } from '../answers.js';
import { Describe, DescribeIdempotencyKey, DescribePrefer } from '../describe.js';
import { LOYALTY } from '../path.js';
import { redemptionParams, type RedemptionParams } from '../redemption-params.js';
import { markAnswer, markUnderWay } from '../respond.js';
import { releaseBody, type ReleaseBody } from './release.schema.js';

@Controller(LOYALTY)
export class ReleaseController {
  constructor(
    private readonly commands: CommandBus,
    private readonly answers: BitbybitAnswers,
    @Inject(CONFIG) private readonly config: ServiceConfig,
  ) {}

  @Post('redemptions/:redemptionId/release')
  @HttpCode(200)
  @RequireScope('redemptions:write')
  @DescribePrefer()
  @DescribeIdempotencyKey()
  @Describe({
    summary: 'Give held points back',
    operationId: 'releaseRedemption',
    answers: {
      200: { description: 'The points are back.', schema: redeemedSchema },
      202: { description: 'The voucher is being voided; the points follow.', schema: redeemedSchema },
    },
  })
  async release(
    @Param({ schema: redemptionParams }) { redemptionId }: RedemptionParams,
    @Body({ schema: releaseBody }) { reason, idempotencyKey }: ReleaseBody,
    @Call() call: CallContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RedeemedAnswer> {
    const wait = waitFrom(request.headers.prefer, this.config.redeemWaitMs);
    const key = idempotencyKeyOf(request, idempotencyKey);
    const answered = await this.commands.execute(
      new ReleaseRedemptionCommand(call, redemptionId, reason, key, wait.waitMs),
    );
    markAnswer(reply, answered, wait);
    if (answered.underWay) markUnderWay(reply, redemptionId);
    return this.answers.redeemed(answered.view, answered.idempotencyKey);
  }
}
