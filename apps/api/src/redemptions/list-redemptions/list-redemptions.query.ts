import { Query } from '@nestjs/cqrs';
import type { Cursor, Page } from '../../http/page.js';
import type { DialectStatus } from '../dialect-status.js';
import type { ListedRedemption } from '../listed-redemption.js';

export interface RedemptionFilter {
  readonly status: DialectStatus | undefined;
  /** Part of the reward's name, in any case. */
  readonly search: string | undefined;
  readonly limit: number;
  readonly before: Cursor;
}

/** One customer's redemptions, the newest first. */
export class ListRedemptionsQuery extends Query<Page<ListedRedemption>> {
  constructor(
    readonly companyId: number,
    readonly customerId: string,
    readonly filter: RedemptionFilter,
  ) {
    super();
  }
}
