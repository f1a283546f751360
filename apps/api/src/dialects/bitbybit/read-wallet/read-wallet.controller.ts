import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { formatInstant, type Instant } from '#domain';
import { ReadWalletAtQuery } from '../../../audit/read-wallet-at/read-wallet-at.query.js';
import { RequireScope } from '../../../auth/access.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { timeAt } from '../../../http/time.js';
import { ReadWalletQuery } from '../../../wallets/read-wallet/read-wallet.query.js';
import { walletAnswerSchema, type WalletAnswer } from '../answer-schemas.js';
import { walletAnswer } from '../answers.js';
import { walletAtSchema, type WalletAtAnswer } from '../audit-schemas.js';
import { Describe } from '../describe.js';
import { LOYALTY } from '../path.js';
import { customerParams, type CustomerParams } from '../redeem/redeem.schema.js';

const walletQuery = z.object({ at: timeAt.optional() });
type WalletQuery = z.output<typeof walletQuery>;

@Controller(LOYALTY)
export class ReadWalletController {
  constructor(private readonly queries: QueryBus) {}

  @Get('customers/:customerId/wallet')
  @RequireScope(['wallets:read', 'audit:read'])
  @Describe({
    summary: "A customer's balances",
    description: 'With `at`: as they were at that time.',
    operationId: 'getCustomerWallet',
    answers: {
      200: { description: 'The wallet.', schema: z.union([walletAnswerSchema, z.object({ data: walletAtSchema })]) },
    },
  })
  async read(
    @Param({ schema: customerParams }) { customerId }: CustomerParams,
    @Query({ schema: walletQuery }) { at }: WalletQuery,
    @Call() { companyId }: CallContext,
  ): Promise<{ data: WalletAnswer | WalletAtAnswer }> {
    if (at !== undefined) return { data: await this.readAt(companyId, customerId, at) };
    return { data: walletAnswer(await this.queries.execute(new ReadWalletQuery(companyId, customerId))) };
  }

  private async readAt(companyId: number, customerId: string, at: Instant): Promise<WalletAtAnswer> {
    const { id, balance } = await this.queries.execute(new ReadWalletAtQuery(companyId, customerId, at));
    const { available, reserved, burned, version, since } = balance ?? NOTHING_YET;
    return {
      id,
      companyId,
      customerId,
      at: formatInstant(at),
      availablePoints: String(available),
      reservedPoints: String(reserved),
      lifetimeBurnedPoints: String(burned),
      version: String(version),
      since: since === undefined ? null : formatInstant(since),
    };
  }
}

/** A wallet before its first event. */
const NOTHING_YET = { available: 0n, reserved: 0n, burned: 0n, version: 0n, since: undefined };
