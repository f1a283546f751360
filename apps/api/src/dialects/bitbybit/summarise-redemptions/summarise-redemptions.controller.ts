import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { RequireScope } from '../../../auth/access.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { SummariseRedemptionsQuery } from '../../../redemptions/summarise-redemptions/summarise-redemptions.query.js';
import { summarySchema, type SummaryAnswer } from '../answer-schemas.js';
import { Describe } from '../describe.js';
import { LOYALTY } from '../path.js';
import { customerParams, type CustomerParams } from '../redeem/redeem.schema.js';

@Controller(LOYALTY)
export class SummariseRedemptionsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('customers/:customerId/redemptions/summary')
  @RequireScope('wallets:read')
  @Describe({
    summary: 'How much a customer has redeemed',
    operationId: 'getCustomerRedemptionSummary',
    answers: { 200: { description: 'Committed and not given back.', schema: summarySchema } },
  })
  async summarise(
    @Param({ schema: customerParams }) { customerId }: CustomerParams,
    @Call() { companyId }: CallContext,
  ): Promise<SummaryAnswer> {
    const { points, count } = await this.queries.execute(new SummariseRedemptionsQuery(companyId, customerId));
    return { data: { customerId, totalRedeemedPoints: String(points), totalRedemptionCount: count } };
  }
}
