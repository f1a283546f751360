import { Query } from '@nestjs/cqrs';
import type { FeedCursor, FeedPage, Presence } from '#ledger';

/** The next events of a company; waits for some, up to `waitMs`, where there are none yet. */
export class ReadFeedQuery extends Query<FeedPage> {
  constructor(
    readonly companyId: number,
    readonly feed: { readonly after: FeedCursor | undefined; readonly limit: number; readonly waitMs: number },
    readonly signal: Presence,
  ) {
    super();
  }
}
