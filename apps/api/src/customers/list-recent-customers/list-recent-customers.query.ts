import { Query } from '@nestjs/cqrs';

/** Where a list of recent customers goes on: after this one. */
export interface RecentCursor {
  readonly updatedAt: Date;
  readonly customerId: string;
}

export interface RecentCustomers {
  readonly customerIds: readonly string[];
  /** Undefined on the last page. */
  readonly next: RecentCursor | undefined;
}

/** Customers by when they were last changed, the newest first. */
export class ListRecentCustomersQuery extends Query<RecentCustomers> {
  constructor(
    readonly companyId: number,
    readonly limit: number,
    readonly after: RecentCursor | undefined,
  ) {
    super();
  }
}
