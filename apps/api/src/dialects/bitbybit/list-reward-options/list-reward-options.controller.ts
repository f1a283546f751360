import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { RequireScope } from '../../../auth/access.js';
import { ListRewardOptionsQuery } from '../../../catalogue/list-reward-options/list-reward-options.query.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { limit } from '../../../http/fields.js';
import { before } from '../../../http/page.js';
import type { ListAnswer } from '../answer-schemas.js';
import { BitbybitAnswers } from '../answers.js';
import { Describe } from '../describe.js';
import { LOYALTY_CATALOGUE } from '../path.js';
import { rewardOptionAnswer, rewardOptionsSchema, type RewardOptionAnswer } from '../reward-option-answer.js';

const optionsQuery = z.object({ limit, before });
type OptionsQuery = z.output<typeof optionsQuery>;

@Controller(LOYALTY_CATALOGUE)
export class ListRewardOptionsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly answers: BitbybitAnswers,
  ) {}

  @Get('reward-options')
  @RequireScope('catalogue:write')
  @Describe({
    summary: 'The reward options that are not disabled, the newest first',
    operationId: 'listRewardOptions',
    answers: { 200: { description: 'One page.', schema: rewardOptionsSchema } },
  })
  async list(
    @Query({ schema: optionsQuery }) { limit, before }: OptionsQuery,
    @Call() { companyId }: CallContext,
  ): Promise<ListAnswer<RewardOptionAnswer>> {
    const query = new ListRewardOptionsQuery(companyId, { limit, before, withDisabled: false });
    return this.answers.list(await this.queries.execute(query), limit, rewardOptionAnswer);
  }
}
