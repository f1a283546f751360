import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { decodeEvent, formatInstant } from '#domain';
import { Wallets, type PrivateText } from '#ledger';
import { PrismaClient } from '#platform/prisma';
import { notFound } from '../../http/api-error.js';
import { pageOf, type Page } from '../../http/page.js';
import { ListHistoryQuery, type HistoryEntry } from './list-history.query.js';

interface Row {
  readonly body: string;
  readonly text: string | null;
  readonly requestText: string | null;
}

@QueryHandler(ListHistoryQuery)
export class ListHistoryHandler implements IQueryHandler<ListHistoryQuery> {
  constructor(
    private readonly wallets: Wallets,
    private readonly prisma: PrismaClient,
  ) {}

  /** Raw SQL for the microseconds. A stream's times never run backwards, so the primary key, walked backwards, is their order. */
  async execute({ companyId, customerId, filter }: ListHistoryQuery): Promise<Page<HistoryEntry>> {
    const walletId = await this.wallets.walletIdOf(companyId, customerId);
    if (walletId === undefined) throw notFound();
    const { limit, before } = filter;
    const rows = await this.prisma.$queryRaw<Row[]>`
      SELECT e.body, own.content AS text, request.content AS "requestText"
        FROM event e
        LEFT JOIN private_text own ON own.company_id = e.company_id AND own.wallet_id = e.wallet_id
             AND own.version = e.version
        LEFT JOIN redemption r ON r.company_id = e.company_id AND r.id = e.redemption_id
        LEFT JOIN private_text request ON request.company_id = e.company_id AND request.wallet_id = e.wallet_id
             AND request.version = r.first_version
       WHERE e.company_id = ${companyId}::int AND e.wallet_id = ${walletId}::uuid AND e.points_delta IS NOT NULL
         AND CASE ${filter.filter} WHEN 'points_added' THEN e.points_delta > 0
                                   WHEN 'points_deducted' THEN e.points_delta < 0
                                   ELSE true END
         AND e.occurred_at <= ${formatInstant(before.newest)}::timestamptz
       ORDER BY e.version DESC
      OFFSET ${before.skip}::int LIMIT ${limit + 1}::int`;
    const entries = rows.map(({ body, text, requestText }) => ({
      event: decodeEvent(body),
      customerId,
      text: textOf(text),
      requestText: textOf(requestText),
    }));
    return pageOf(entries, limit, before, ({ event }) => event.occurredAt);
  }
}

function textOf(content: string | null): PrivateText | undefined {
  return content === null ? undefined : (JSON.parse(content) as PrivateText);
}
