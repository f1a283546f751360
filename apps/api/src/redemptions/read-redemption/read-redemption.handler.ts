import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { RedemptionReader } from '#ledger';
import { notFound } from '../../http/api-error.js';
import { ReadRedemptionQuery, type RedemptionStory } from './read-redemption.query.js';

@QueryHandler(ReadRedemptionQuery)
export class ReadRedemptionHandler implements IQueryHandler<ReadRedemptionQuery> {
  constructor(private readonly reader: RedemptionReader) {}

  async execute({ companyId, redemptionId }: ReadRedemptionQuery): Promise<RedemptionStory> {
    const view = await this.reader.view({ companyId, redemptionId });
    if (view === undefined) throw notFound();
    return { view, events: await this.reader.events(companyId, view.wallet.id, view.redemption) };
  }
}
