import { Query } from '@nestjs/cqrs';
import type { StoredCheckpoint } from '#ledger';

/** Checkpoints, the newest first, those below `before`. They are the whole ledger's, the same for every company. */
export class ListCheckpointsQuery extends Query<readonly StoredCheckpoint[]> {
  constructor(readonly page: { readonly before: bigint; readonly limit: number }) {
    super();
  }
}
