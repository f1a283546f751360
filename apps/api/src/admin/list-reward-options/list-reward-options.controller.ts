import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { AdminOnly } from '../../auth/access.js';
import { ListRewardOptionsQuery } from '../../catalogue/list-reward-options/list-reward-options.query.js';
import type { ListAnswer } from '../../dialects/bitbybit/answer-schemas.js';
import { BitbybitAnswers } from '../../dialects/bitbybit/answers.js';
import {
  rewardOptionAnswer,
  rewardOptionsSchema,
  type RewardOptionAnswer,
} from '../../dialects/bitbybit/reward-option-answer.js';
import { limit } from '../../http/fields.js';
import { before } from '../../http/page.js';
import { DescribeAdmin } from '../describe.js';
import { ADMIN, companyParams, type CompanyParams } from '../path.js';

const optionsQuery = z.strictObject({ limit, before });
type OptionsQuery = z.output<typeof optionsQuery>;

@Controller(ADMIN)
export class ListCompanyRewardOptionsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly answers: BitbybitAnswers,
  ) {}

  @Get('companies/:id/reward-options')
  @AdminOnly()
  @DescribeAdmin({
    summary: 'All reward options of a company, disabled ones too, the newest first',
    operationId: 'listCompanyRewardOptions',
    status: 200,
    description: 'One page.',
    schema: rewardOptionsSchema,
  })
  async list(
    @Param({ schema: companyParams }) { id }: CompanyParams,
    @Query({ schema: optionsQuery }) { limit, before }: OptionsQuery,
  ): Promise<ListAnswer<RewardOptionAnswer>> {
    const query = new ListRewardOptionsQuery(id, { limit, before, withDisabled: true });
    return this.answers.list(await this.queries.execute(query), limit, rewardOptionAnswer);
  }
}
