import { Query } from '@nestjs/cqrs';
import type { RedemptionProof } from '#ledger';

/** That a redemption stands in the ledger that was sealed. */
export class ProveRedemptionQuery extends Query<RedemptionProof> {
  constructor(
    readonly companyId: number,
    readonly redemptionId: string,
  ) {
    super();
  }
}
