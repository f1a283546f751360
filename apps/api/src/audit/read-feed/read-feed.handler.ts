import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { CompanyFeed, CursorGone, type FeedCursor, type FeedPage } from '#ledger';
import { ApiError } from '../../http/api-error.js';
import { ReadFeedQuery } from './read-feed.query.js';

@QueryHandler(ReadFeedQuery)
export class ReadFeedHandler implements IQueryHandler<ReadFeedQuery> {
  constructor(private readonly feed: CompanyFeed) {}

  async execute({ companyId, feed: { after, limit, waitMs }, signal }: ReadFeedQuery): Promise<FeedPage> {
    const page = await this.#read(companyId, after, limit);
    if (page.events.length > 0 || waitMs === 0) return page;
    await this.feed.wait(companyId, page.cursor, { waitMs, signal });
    return this.#read(companyId, page.cursor, limit);
  }

  async #read(companyId: number, after: FeedCursor | undefined, limit: number): Promise<FeedPage> {
    try {
      return await this.feed.read(companyId, after, limit);
    } catch (error) {
      if (!(error instanceof CursorGone)) throw error;
      throw new ApiError(
        'CURSOR_GONE',
        'The ledger was restored or moved since this cursor was given out. Read again without a cursor, and know events that you have by their id.',
        { cause: error },
      );
    }
  }
}
