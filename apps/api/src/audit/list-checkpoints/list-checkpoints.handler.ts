import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { AuditReader, type StoredCheckpoint } from '#ledger';
import { ListCheckpointsQuery } from './list-checkpoints.query.js';

@QueryHandler(ListCheckpointsQuery)
export class ListCheckpointsHandler implements IQueryHandler<ListCheckpointsQuery> {
  constructor(private readonly audit: AuditReader) {}

  execute({ page }: ListCheckpointsQuery): Promise<readonly StoredCheckpoint[]> {
    return this.audit.checkpoints(page);
  }
}
