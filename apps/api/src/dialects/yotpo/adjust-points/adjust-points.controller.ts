import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Call, type CallContext } from '../../../http/call-context.js';
import { idempotencyKeyOf } from '../../../http/idempotency-key.js';
import { AdjustPointsCommand } from '../../../points/adjust-points/adjust-points.command.js';
import { YotpoScope } from '../access.js';
import { customerOf } from '../customer-of.js';
import { DescribeYotpo } from '../describe.js';
import { amountOf } from '../fields.js';
import { Parameters } from '../parameters.js';
import { YOTPO } from '../path.js';
import {
  adjustedSchema,
  adjustParameters,
  type AdjustedAnswer,
  type AdjustParameters,
} from './adjust-points.schema.js';

@Controller(YOTPO)
export class YotpoAdjustPointsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('points/adjust')
  @HttpCode(200)
  @YotpoScope('points:write')
  @DescribeYotpo({
    summary: 'Correct a customer’s points by hand',
    description: 'Never below zero. `visible_to_customer: false` keeps it out of the customer’s history.',
    operationId: 'yotpoAdjustPoints',
    body: adjustParameters,
    schema: adjustedSchema,
  })
  async adjust(
    @Parameters(adjustParameters) parameters: AdjustParameters,
    @Call() call: CallContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdjustedAnswer> {
    const { point_adjustment_amount: amount, history_title: note, visible_to_customer: visible } = parameters;
    const { customerId } = await customerOf(this.queries, call.companyId, parameters);
    const entry = await this.commands.execute(
      new AdjustPointsCommand(call, customerId, {
        pointsDelta: BigInt(amount),
        referenceType: 'manual',
        referenceId: undefined,
        note,
        metadata: visible === false ? { visible_to_customer: false } : undefined,
        idempotencyKey: idempotencyKeyOf(request, undefined),
      }),
    );
    if (entry.repeated) reply.header('idempotency-replayed', 'true');
    return {
      customer_id: customerId,
      point_adjustment_amount: amount,
      points_balance: amountOf(entry.wallet.available),
    };
  }
}
