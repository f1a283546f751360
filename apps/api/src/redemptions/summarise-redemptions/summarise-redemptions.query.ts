import { Query } from '@nestjs/cqrs';

export interface RedemptionSummary {
  /** Burned and not given back. */
  readonly points: bigint;
  readonly count: number;
}

/** How much a customer has redeemed, over all time. */
export class SummariseRedemptionsQuery extends Query<RedemptionSummary> {
  constructor(
    readonly companyId: number,
    readonly customerId: string,
  ) {
    super();
  }
}
