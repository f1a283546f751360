import { Query } from '@nestjs/cqrs';
import type { Instant } from '#domain';
import type { Cursor, Page } from '../../http/page.js';
import type { ListedRedemption } from '../listed-redemption.js';

export interface FlaggedRedemption extends ListedRedemption {
  readonly flaggedAt: Instant;
}

/** Redemptions of every company that a person should look at, the newest flags first. */
export class ListFlaggedQuery extends Query<Page<FlaggedRedemption>> {
  constructor(
    readonly limit: number,
    readonly before: Cursor,
  ) {
    super();
  }
}
