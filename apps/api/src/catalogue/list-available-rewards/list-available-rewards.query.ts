import { Query } from '@nestjs/cqrs';
import type { AssessedOption, Decimal, Points } from '#domain';

export interface AvailableRewards {
  readonly available: Points;
  readonly rewards: readonly AssessedOption[];
}

/** Every option that is not disabled, with what this customer can do with it for this purchase, and why not. */
export class ListAvailableRewardsQuery extends Query<AvailableRewards> {
  constructor(
    readonly companyId: number,
    readonly customerId: string,
    readonly purchaseAmount: Decimal | undefined,
  ) {
    super();
  }
}
