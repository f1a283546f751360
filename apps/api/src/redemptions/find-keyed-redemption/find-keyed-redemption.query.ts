import { Query } from '@nestjs/cqrs';

/** The id of the redemption that a caller asked for under this key; undefined where there is none. */
export class FindKeyedRedemptionQuery extends Query<string | undefined> {
  constructor(
    readonly companyId: number,
    readonly dialect: string,
    readonly idempotencyKey: string,
  ) {
    super();
  }
}
