import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { shownEvent } from '#domain';
import { RequireScope } from '../../../auth/access.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { ReadRedemptionQuery } from '../../../redemptions/read-redemption/read-redemption.query.js';
import { redemptionStorySchema, type RedemptionStoryAnswer } from '../answer-schemas.js';
import { BitbybitAnswers } from '../answers.js';
import { Describe } from '../describe.js';
import { LOYALTY } from '../path.js';
import { redemptionParams, type RedemptionParams } from '../redemption-params.js';

@Controller(LOYALTY)
export class ReadRedemptionController {
  constructor(
    private readonly queries: QueryBus,
    private readonly answers: BitbybitAnswers,
  ) {}

  @Get('redemptions/:redemptionId')
  @RequireScope('wallets:read')
  @Describe({
    summary: 'One redemption and its events',
    operationId: 'getRedemption',
    answers: { 200: { description: 'The redemption as it stands.', schema: redemptionStorySchema } },
  })
  async read(
    @Param({ schema: redemptionParams }) { redemptionId }: RedemptionParams,
    @Call() { companyId }: CallContext,
  ): Promise<RedemptionStoryAnswer> {
    const { view, events } = await this.queries.execute(new ReadRedemptionQuery(companyId, redemptionId));
    const { voucher, flags } = view.redemption;
    return {
      data: {
        ...this.answers.redemption({ ...view, walletId: view.wallet.id }),
        voucherState: voucher.state,
        flags: [...flags],
        events: events.map((event) => shownEvent(event)),
      },
    };
  }
}
