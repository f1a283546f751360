import { Query } from '@nestjs/cqrs';
import type { ListedApiKey } from '#platform/companies';

export class ListApiKeysQuery extends Query<readonly ListedApiKey[]> {
  constructor(readonly companyId: number) {
    super();
  }
}
