import { Query } from '@nestjs/cqrs';
import type { StoredTier } from '../put-point-conversion/put-point-conversion.command.js';

/** A company's tiers, in the order they were given. */
export class ReadPointConversionQuery extends Query<readonly StoredTier[]> {
  constructor(readonly companyId: number) {
    super();
  }
}
