import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { RequireScope } from '../../../auth/access.js';
import { PutPointConversionCommand } from '../../../catalogue/put-point-conversion/put-point-conversion.command.js';
import { ReadPointConversionQuery } from '../../../catalogue/read-point-conversion/read-point-conversion.query.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { Describe } from '../describe.js';
import { LOYALTY_CATALOGUE } from '../path.js';
import {
  pointConversionAnswer,
  pointConversionBody,
  pointConversionSchema,
  type PointConversionAnswer,
  type PointConversionBody,
} from './point-conversion.schema.js';

@Controller(LOYALTY_CATALOGUE)
export class PointConversionController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('point-conversion')
  @HttpCode(201)
  @RequireScope('catalogue:write')
  @Describe({
    summary: 'Say how many points money earns; replaces all tiers',
    operationId: 'putPointConversion',
    answers: { 201: { description: 'The tiers as they are now.', schema: pointConversionSchema } },
  })
  async put(
    @Body({ schema: pointConversionBody }) { tiers }: PointConversionBody,
    @Call() { companyId }: CallContext,
  ): Promise<PointConversionAnswer> {
    const described = tiers.map(({ currencyAmount, points }) => ({ currencyAmount, points: BigInt(points) }));
    const stored = await this.commands.execute(new PutPointConversionCommand(companyId, described));
    return pointConversionAnswer(companyId, stored);
  }

  @Get('point-conversion')
  @RequireScope('catalogue:write')
  @Describe({
    summary: 'How many points money earns',
    operationId: 'getPointConversion',
    answers: { 200: { description: 'The tiers, none where none were set.', schema: pointConversionSchema } },
  })
  async read(@Call() { companyId }: CallContext): Promise<PointConversionAnswer> {
    return pointConversionAnswer(companyId, await this.queries.execute(new ReadPointConversionQuery(companyId)));
  }
}
