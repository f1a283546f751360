import { Query } from '@nestjs/cqrs';
import type { LedgerEvent } from '#domain';
import type { RedemptionView } from '#ledger';

export interface RedemptionStory {
  readonly view: RedemptionView;
  readonly events: readonly LedgerEvent[];
}

/** One redemption with all its events. */
export class ReadRedemptionQuery extends Query<RedemptionStory> {
  constructor(
    readonly companyId: number,
    readonly redemptionId: string,
  ) {
    super();
  }
}
