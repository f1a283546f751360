import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { decodeEvent, shownEvent } from '#domain';
import { encodeCursor, type FeedEvent } from '#ledger';
import { ReadFeedQuery } from '../../../audit/read-feed/read-feed.query.js';
import { RequireScope } from '../../../auth/access.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { feedSchema, type FeedAnswer, type FeedEventAnswer } from '../audit-schemas.js';
import { Describe } from '../describe.js';
import { LOYALTY } from '../path.js';
import { eventsQuery, type EventsQuery } from './list-events.schema.js';

@Controller(LOYALTY)
export class ListEventsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('ledger/events')
  @RequireScope('audit:read')
  @Describe({
    summary: 'Everything that happened, in order',
    description:
      'The events of the company, none skipped and each wallet’s in its order, up to the oldest write that is still under way. ' +
      'After a restore of the ledger a cursor from before is answered with 410 `CURSOR_GONE`.',
    operationId: 'listLedgerEvents',
    answers: { 200: { description: 'One page, the oldest first.', schema: feedSchema } },
  })
  async list(
    @Query({ schema: eventsQuery }) { cursor, limit, wait }: EventsQuery,
    @Call() { companyId, signal }: CallContext,
  ): Promise<FeedAnswer> {
    const feed = { after: cursor, limit, waitMs: wait * 1_000 };
    const page = await this.queries.execute(new ReadFeedQuery(companyId, feed, signal));
    return {
      data: page.events.map(eventAnswer),
      pagination: { limit, hasMore: page.hasMore, nextCursor: encodeCursor(page.cursor) },
    };
  }
}

function eventAnswer({ body, hash }: FeedEvent): FeedEventAnswer {
  const event = decodeEvent(body);
  return { ...shownEvent(event), walletId: event.walletId, hash };
}
