import { encodeRedemption, formatInstant, type Instant, type Redemption } from '#domain';

import type { AuditedStream } from './audit-stream.js';
import type { Expect } from './finding.js';

/** A row of `wallet`; numbers of 64 bits are texts. */
export interface StoredWallet {
  readonly company_id: number;
  readonly id: string;
  readonly customer_id: string;
  readonly version: string;
  readonly head_hash: Buffer;
  readonly available: string;
  readonly reserved: string;
  readonly burned: string;
  readonly expired: string;
  readonly earned: string;
  readonly adjusted_up: string;
  readonly adjusted_down: string;
  readonly earn_reversed: string;
  readonly last_occurred_at: string | null;
  readonly last_entry_at: string | null;
}

/** A row of `redemption`. */
export interface StoredRedemption {
  readonly company_id: number;
  readonly id: string;
  readonly wallet_id: string;
  readonly status: string;
  readonly reward_option_id: string;
  readonly points_committed: string;
  readonly points_reversed: string;
  readonly requested_at: string;
  readonly state: string;
}

/** The wallet's row is what its stream folds to. */
export function auditWallet(row: StoredWallet, { wallet, head }: AuditedStream, expect: Expect): void {
  const time = (at: Instant | undefined) => (at === undefined ? null : formatInstant(at));
  const folded: readonly (readonly [keyof StoredWallet, string | null])[] = [
    ['version', String(wallet.version)],
    ['available', String(wallet.available)],
    ['reserved', String(wallet.reserved)],
    ['burned', String(wallet.burned)],
    ['expired', String(wallet.expired)],
    ['earned', String(wallet.earned)],
    ['adjusted_up', String(wallet.adjustedUp)],
    ['adjusted_down', String(wallet.adjustedDown)],
    ['earn_reversed', String(wallet.earnReversed)],
    ['last_occurred_at', time(wallet.lastOccurredAt)],
    ['last_entry_at', time(wallet.lastEntryAt)],
  ];
  const where = `wallet ${row.id}`;
  for (const [column, value] of folded) {
    expect(
      row[column] === value,
      'wallet rows are the fold',
      where,
      () => `${column} ${String(row[column])} ≠ ${value}`,
    );
  }
  expect(row.head_hash.equals(head), 'wallet rows hold the newest hash', where);
}

/** The wallet's redemptions in the table are those of its stream, and each row is what it folds to. */
export function auditRedemptions(
  rows: readonly StoredRedemption[],
  walletId: string,
  redemptions: ReadonlyMap<string, Redemption>,
  expect: Expect,
): void {
  const missing = new Set(redemptions.keys());
  for (const row of rows) {
    const redemption = redemptions.get(row.id);
    missing.delete(row.id);
    expect(redemption !== undefined, 'each redemption row has its events', `redemption ${row.id}`);
    if (redemption !== undefined) auditRedemption(row, redemption, expect);
  }
  const detail = () => [...missing].join(', ');
  expect(missing.size === 0, 'each redemption of a stream has its row', `wallet ${walletId}`, detail);
}

function auditRedemption(row: StoredRedemption, redemption: Redemption, expect: Expect): void {
  const folded: readonly (readonly [keyof StoredRedemption, string])[] = [
    ['status', redemption.status],
    ['reward_option_id', redemption.rewardOptionId],
    ['points_committed', String(redemption.committed)],
    ['points_reversed', String(redemption.reversed)],
    ['requested_at', formatInstant(redemption.requestedAt)],
    ['state', encodeRedemption(redemption)],
  ];
  for (const [column, value] of folded) {
    const detail = () => `${column} ${String(row[column])} ≠ ${value}`;
    expect(row[column] === value, 'redemption rows are the fold', `redemption ${row.id}`, detail);
  }
}
