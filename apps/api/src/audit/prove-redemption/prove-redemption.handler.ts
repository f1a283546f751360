import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { AuditReader, RedemptionReader, type RedemptionProof } from '#ledger';
import { ApiError, notFound } from '../../http/api-error.js';
import { ProveRedemptionQuery } from './prove-redemption.query.js';

@QueryHandler(ProveRedemptionQuery)
export class ProveRedemptionHandler implements IQueryHandler<ProveRedemptionQuery> {
  constructor(
    private readonly reader: RedemptionReader,
    private readonly audit: AuditReader,
  ) {}

  async execute({ companyId, redemptionId }: ProveRedemptionQuery): Promise<RedemptionProof> {
    const found = await this.reader.loadOne({ companyId, redemptionId });
    if (found === undefined) throw notFound();
    const { firstVersion, lastVersion } = found.redemption;
    const proof = await this.audit.prove({
      companyId,
      redemptionId,
      walletId: found.walletId,
      firstVersion,
      lastVersion,
    });
    if (proof !== undefined) return proof;
    throw new ApiError('NOT_SEALED', 'No checkpoint covers this redemption yet. Ask again after the next one.');
  }
}
