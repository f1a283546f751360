import type { StreamPlace } from '#ledger';

/** What names a stream. */
export type Stream = Pick<StreamPlace, 'companyId' | 'walletId'>;

/** Whether two events stand in one stream; none before is in no stream. */
export function isSameStream(before: Stream | undefined, event: Stream): boolean {
  return before?.companyId === event.companyId && before.walletId === event.walletId;
}
