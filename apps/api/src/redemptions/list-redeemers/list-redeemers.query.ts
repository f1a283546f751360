import { Query } from '@nestjs/cqrs';
import type { Cursor, Page } from '../../http/page.js';
import type { DialectStatus } from '../dialect-status.js';
import type { ListedRedemption } from '../listed-redemption.js';

export interface RedeemerFilter {
  readonly status: DialectStatus | undefined;
  readonly limit: number;
  readonly before: Cursor;
}

/** Who redeemed one reward, the newest first. A reward is whatever redemptions named so: none is a list without rows. */
export class ListRedeemersQuery extends Query<Page<ListedRedemption>> {
  constructor(
    readonly companyId: number,
    readonly rewardOptionId: string,
    readonly filter: RedeemerFilter,
  ) {
    super();
  }
}
