import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequireScope } from '../../../auth/access.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { idempotencyKeyOf } from '../../../http/idempotency-key.js';
import { AdjustPointsCommand } from '../../../points/adjust-points/adjust-points.command.js';
import { pointsChangedSchema, type PointsChangedAnswer } from '../answer-schemas.js';
import { pointsChangedAnswer } from '../answers.js';
import { Describe, DescribeIdempotencyKey } from '../describe.js';
import { LOYALTY } from '../path.js';
import { customerParams, type CustomerParams } from '../redeem/redeem.schema.js';
import { markAnswer } from '../respond.js';
import { adjustBody, type AdjustBody } from './adjust-points.schema.js';

@Controller(LOYALTY)
export class AdjustPointsController {
  constructor(private readonly commands: CommandBus) {}

  @Post('customers/:customerId/points/adjust')
  @HttpCode(200)
  @RequireScope('points:write')
  @DescribeIdempotencyKey()
  @Describe({
    summary: 'Correct a customer’s points by hand',
    description: 'Never below zero.',
    operationId: 'adjustPoints',
    answers: { 200: { description: 'The points have changed.', schema: pointsChangedSchema } },
  })
  async adjust(
    @Param({ schema: customerParams }) { customerId }: CustomerParams,
    @Body({ schema: adjustBody }) body: AdjustBody,
    @Call() call: CallContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PointsChangedAnswer> {
    const { pointsDelta, referenceType, referenceId, note, metadata } = body;
    const idempotencyKey = idempotencyKeyOf(request, body.idempotencyKey);
    const adjustment = { pointsDelta, referenceType, referenceId, note, metadata, idempotencyKey };
    const entry = await this.commands.execute(new AdjustPointsCommand(call, customerId, adjustment));
    markAnswer(reply, entry);
    return pointsChangedAnswer(entry);
  }
}
