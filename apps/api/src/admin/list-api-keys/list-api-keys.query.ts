import { Query } from '@nestjs/cqrs';

export interface ListedApiKey {
  readonly id: string;
  readonly prefix: string;
  readonly name: string;
  readonly scopes: string[];
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

export class ListApiKeysQuery extends Query<readonly ListedApiKey[]> {
  constructor(readonly companyId: number) {
    super();
  }
}
