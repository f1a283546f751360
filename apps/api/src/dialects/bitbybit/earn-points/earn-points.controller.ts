import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequireScope } from '../../../auth/access.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { idempotencyKeyOf } from '../../../http/idempotency-key.js';
import { EarnPointsCommand } from '../../../points/earn-points/earn-points.command.js';
import { pointsChangedSchema, type PointsChangedAnswer } from '../answer-schemas.js';
import { pointsChangedAnswer } from '../answers.js';
import { Describe, DescribeIdempotencyKey } from '../describe.js';
import { LOYALTY } from '../path.js';
import { customerParams, type CustomerParams } from '../redeem/redeem.schema.js';
import { markAnswer } from '../respond.js';
import { earnBody, type EarnBody } from './earn-points.schema.js';

@Controller(LOYALTY)
export class EarnPointsController {
  constructor(private readonly commands: CommandBus) {}

  @Post('customers/:customerId/points/earn')
  @HttpCode(200)
  @RequireScope('points:write')
  @DescribeIdempotencyKey()
  @Describe({
    summary: 'Give points to a customer',
    description: 'Makes the customer and the wallet where there are none.',
    operationId: 'earnPoints',
    answers: { 200: { description: 'The points are there.', schema: pointsChangedSchema } },
  })
  async earn(
    @Param({ schema: customerParams }) { customerId }: CustomerParams,
    @Body({ schema: earnBody }) body: EarnBody,
    @Call() call: CallContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PointsChangedAnswer> {
    const { points, referenceType, referenceId, note, metadata } = body;
    const idempotencyKey = idempotencyKeyOf(request, body.idempotencyKey);
    const earning = { points, referenceType, referenceId, note, metadata, idempotencyKey };
    const entry = await this.commands.execute(new EarnPointsCommand(call, customerId, earning));
    markAnswer(reply, entry);
    return pointsChangedAnswer(entry);
  }
}
