import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { RequireScope } from '../../../auth/access.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { addressText, limit } from '../../../http/fields.js';
import { before } from '../../../http/page.js';
import { dialectStatuses } from '../../../redemptions/dialect-status.js';
import { ListRedeemersQuery } from '../../../redemptions/list-redeemers/list-redeemers.query.js';
import { redeemersSchema, type ListAnswer, type RedeemerAnswer } from '../answer-schemas.js';
import { BitbybitAnswers, redeemerAnswer } from '../answers.js';
import { Describe } from '../describe.js';
import { LOYALTY } from '../path.js';

const rewardParams = z.object({ rewardOptionId: addressText });
const redeemersQuery = z.object({ status: z.enum(dialectStatuses).optional(), limit, before });
type RedeemersQuery = z.output<typeof redeemersQuery>;

@Controller(LOYALTY)
export class ListRedeemersController {
  constructor(
    private readonly queries: QueryBus,
    private readonly answers: BitbybitAnswers,
  ) {}

  @Get('rewards/:rewardOptionId/redeemers')
  @RequireScope('wallets:read')
  @Describe({
    summary: 'Who redeemed a reward, the newest first',
    operationId: 'getRewardRedeemers',
    answers: { 200: { description: 'One page.', schema: redeemersSchema } },
  })
  async list(
    @Param({ schema: rewardParams }) { rewardOptionId }: z.output<typeof rewardParams>,
    @Query({ schema: redeemersQuery }) { status, limit, before }: RedeemersQuery,
    @Call() { companyId }: CallContext,
  ): Promise<ListAnswer<RedeemerAnswer>> {
    const query = new ListRedeemersQuery(companyId, rewardOptionId, { status, limit, before });
    const page = await this.queries.execute(query);
    return this.answers.list(page, limit, redeemerAnswer);
  }
}
