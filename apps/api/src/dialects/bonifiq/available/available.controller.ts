import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ListAvailableRewardsQuery } from '../../../catalogue/list-available-rewards/list-available-rewards.query.js';
import { invalid } from '../../../http/api-error.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { BonifiqScope } from '../access.js';
import { customerAnswer } from '../customer-answer.js';
import { customerOf } from '../customer-of.js';
import { DescribeBonifiq } from '../describe.js';
import { done, type Envelope } from '../envelope.js';
import { int32Of, numberOf } from '../fields.js';
import { BONIFIQ } from '../path.js';
import { availableBody, availableSchema, type AvailableBody, type AvailableResult } from './available.schema.js';
import { rewardAnswer } from './reward-answer.js';

@Controller(BONIFIQ)
export class BonifiqAvailableController {
  constructor(private readonly queries: QueryBus) {}

  @Post('POS/rewards/available')
  @HttpCode(200)
  @BonifiqScope('wallets:read')
  @DescribeBonifiq({
    summary: 'What a customer can use for a purchase, and why not',
    description: 'A forecast: only a redemption takes anything.',
    operationId: 'bonifiqListAvailableRewards',
    schema: availableSchema,
  })
  async list(
    @Body({ schema: availableBody }) body: AvailableBody,
    @Call() { companyId }: CallContext,
  ): Promise<Envelope<AvailableResult>> {
    const { PurchaseValue, DiscountValue = 0n } = body;
    if (DiscountValue > (PurchaseValue ?? DiscountValue)) throw invalid('DiscountValue is more than PurchaseValue.');
    const eligible = PurchaseValue === undefined ? undefined : PurchaseValue - DiscountValue;
    const { customerId } = await customerOf(this.queries, companyId, body.CustomerId);
    const [Customer, { available, rewards }] = await Promise.all([
      customerAnswer(this.queries, companyId, customerId),
      this.queries.execute(new ListAvailableRewardsQuery(companyId, customerId, eligible)),
    ]);
    const Rewards = rewards.map((assessed) => rewardAnswer(assessed, eligible));
    const cashback = Rewards.filter(({ IsCashback, CanUse }) => IsCashback && CanUse);
    return done({
      Customer,
      Rewards,
      // No reward of ours leaves products out.
      HasRestrictedItems: false,
      RestrictedValue: 0,
      EligibleValue: numberOf(eligible ?? 0n),
      HasRewards: Rewards.some(({ CanUse }) => CanUse),
      ShouldValidateCustomer: false,
      ShouldValidateCustomerSignup: false,
      AvailablePoints: int32Of(available),
      CashbackEnabled: Rewards.some(({ IsCashback }) => IsCashback),
      AvailableCashback: Math.max(0, ...cashback.map(({ AvailableCashback }) => AvailableCashback)),
      MaxCashbackForCurrentPurchase: Math.max(
        0,
        ...cashback.map(({ MaxCashbackForCurrentPurchase }) => MaxCashbackForCurrentPurchase),
      ),
    });
  }
}
