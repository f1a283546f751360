import { Query } from '@nestjs/cqrs';
import type { LedgerEvent } from '#domain';
import type { PrivateText } from '#ledger';
import type { Cursor, Page } from '../../http/page.js';

export const historyFilters = ['all', 'points_added', 'points_deducted'] as const;
/** By the sign of the change of *available*; a commit of all that was held changes nothing and shows under `all` only. */
export type HistoryFilter = (typeof historyFilters)[number];

export interface HistoryEntry {
  readonly event: LedgerEvent;
  readonly customerId: string;
  /** What its caller wrote with it. */
  readonly text: PrivateText | undefined;
  /** What was written with the request of the redemption it belongs to. */
  readonly requestText: PrivateText | undefined;
}

/** The events of a wallet that moved points, the newest first. */
export class ListHistoryQuery extends Query<Page<HistoryEntry>> {
  constructor(
    readonly companyId: number,
    readonly customerId: string,
    readonly filter: { readonly filter: HistoryFilter; readonly limit: number; readonly before: Cursor },
  ) {
    super();
  }
}
