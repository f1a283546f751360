import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { formatInstant } from '#domain';
import { AdminOnly } from '../../auth/access.js';
import { listOf, redemptionSchema, type ListAnswer } from '../../dialects/bitbybit/answer-schemas.js';
import { BitbybitAnswers } from '../../dialects/bitbybit/answers.js';
import { limit } from '../../http/fields.js';
import { before } from '../../http/page.js';
import { ListFlaggedQuery } from '../../redemptions/list-flagged/list-flagged.query.js';
import { DescribeAdmin } from '../describe.js';
import { ADMIN } from '../path.js';

const flaggedQuery = z.strictObject({ flagged: z.literal('true'), limit, before });
type FlaggedQuery = z.output<typeof flaggedQuery>;

const flaggedSchema = redemptionSchema.extend({
  voucherState: z.string(),
  flags: z.array(z.string()),
  flaggedAt: z.iso.datetime(),
});
type FlaggedAnswer = z.output<typeof flaggedSchema>;

@Controller(ADMIN)
export class ListFlaggedController {
  constructor(
    private readonly queries: QueryBus,
    private readonly answers: BitbybitAnswers,
  ) {}

  @Get('redemptions')
  @AdminOnly()
  @DescribeAdmin({
    summary: 'Redemptions that a person should look at',
    operationId: 'listFlaggedRedemptions',
    status: 200,
    description: 'One page, of all companies, the newest flags first.',
    schema: listOf(flaggedSchema, 'FlaggedRedemptions'),
  })
  async list(@Query({ schema: flaggedQuery }) { limit, before }: FlaggedQuery): Promise<ListAnswer<FlaggedAnswer>> {
    const page = await this.queries.execute(new ListFlaggedQuery(limit, before));
    return this.answers.list(page, limit, (row) => ({
      ...this.answers.redemption(row),
      voucherState: row.redemption.voucher.state,
      flags: [...row.redemption.flags],
      flaggedAt: formatInstant(row.flaggedAt),
    }));
  }
}
