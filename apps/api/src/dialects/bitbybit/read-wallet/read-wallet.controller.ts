import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { RequireScope } from '../../../auth/access.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { ReadWalletQuery } from '../../../wallets/read-wallet/read-wallet.query.js';
import { walletAnswerSchema, type WalletAnswer } from '../answer-schemas.js';
import { walletAnswer } from '../answers.js';
import { Describe } from '../describe.js';
import { LOYALTY } from '../path.js';
import { customerParams, type CustomerParams } from '../redeem/redeem.schema.js';

@Controller(LOYALTY)
export class ReadWalletController {
  constructor(private readonly queries: QueryBus) {}

  @Get('customers/:customerId/wallet')
  @RequireScope('wallets:read')
  @Describe({
    summary: "A customer's balances",
    operationId: 'getCustomerWallet',
    answers: { 200: { description: 'The wallet.', schema: walletAnswerSchema } },
  })
  async read(
    @Param({ schema: customerParams }) { customerId }: CustomerParams,
    @Call() { companyId }: CallContext,
  ): Promise<{ data: WalletAnswer }> {
    return { data: walletAnswer(await this.queries.execute(new ReadWalletQuery(companyId, customerId))) };
  }
}
