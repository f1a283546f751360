import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequireScope } from '../../../auth/access.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { idempotencyKeyOf } from '../../../http/idempotency-key.js';
import { CommitRedemptionCommand } from '../../../redemptions/commit-redemption/commit-redemption.command.js';
import { redeemedSchema, type RedeemedAnswer } from '../answer-schemas.js';
import { BitbybitAnswers } from '../answers.js';
import { Describe, DescribeIdempotencyKey } from '../describe.js';
import { LOYALTY } from '../path.js';
import { redemptionParams, type RedemptionParams } from '../redemption-params.js';
import { markAnswer } from '../respond.js';
import { commitBody, type CommitBody } from './commit.schema.js';

@Controller(LOYALTY)
export class CommitController {
  constructor(
    private readonly commands: CommandBus,
    private readonly answers: BitbybitAnswers,
  ) {}

  @Post('redemptions/:redemptionId/commit')
  @HttpCode(200)
  @RequireScope('redemptions:write')
  @DescribeIdempotencyKey()
  @Describe({
    summary: 'Burn points that are held',
    operationId: 'commitRedemption',
    answers: { 200: { description: 'The points are committed.', schema: redeemedSchema } },
  })
  async commit(
    @Param({ schema: redemptionParams }) { redemptionId }: RedemptionParams,
    @Body({ schema: commitBody }) { points, orderId, idempotencyKey }: CommitBody,
    @Call() call: CallContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RedeemedAnswer> {
    const key = idempotencyKeyOf(request, idempotencyKey);
    const answered = await this.commands.execute(new CommitRedemptionCommand(call, redemptionId, points, orderId, key));
    markAnswer(reply, answered);
    return this.answers.redeemed(answered.view, answered.idempotencyKey);
  }
}
