import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { RequireScope } from '../../../auth/access.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { addressText, limit } from '../../../http/fields.js';
import { before } from '../../../http/page.js';
import { dialectStatuses } from '../../../redemptions/dialect-status.js';
import { ListRedemptionsQuery } from '../../../redemptions/list-redemptions/list-redemptions.query.js';
import { redemptionsSchema, type ListAnswer, type RedemptionAnswer } from '../answer-schemas.js';
import { BitbybitAnswers } from '../answers.js';
import { Describe } from '../describe.js';
import { LOYALTY } from '../path.js';
import { customerParams, type CustomerParams } from '../redeem/redeem.schema.js';

const redemptionsQuery = z.object({
  search: addressText.optional().meta({ description: "Part of the reward's name, in any case." }),
  status: z.enum(dialectStatuses).optional(),
  limit,
  before,
});
type RedemptionsQuery = z.output<typeof redemptionsQuery>;

@Controller(LOYALTY)
export class ListRedemptionsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly answers: BitbybitAnswers,
  ) {}

  @Get('customers/:customerId/redemptions')
  @RequireScope('wallets:read')
  @Describe({
    summary: "A customer's redemptions, the newest first",
    operationId: 'getCustomerRedemptions',
    answers: { 200: { description: 'One page.', schema: redemptionsSchema } },
  })
  async list(
    @Param({ schema: customerParams }) { customerId }: CustomerParams,
    @Query({ schema: redemptionsQuery }) { search, status, limit, before }: RedemptionsQuery,
    @Call() { companyId }: CallContext,
  ): Promise<ListAnswer<RedemptionAnswer>> {
    const query = new ListRedemptionsQuery(companyId, customerId, { search, status, limit, before });
    const page = await this.queries.execute(query);
    return this.answers.list(page, limit, (row) => this.answers.redemption(row));
  }
}
