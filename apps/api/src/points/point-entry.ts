import type { LedgerEvent } from '#domain';
import type { PrivateText, WalletView } from '#ledger';

/** What a change of points made by hand is answered with: the same entry for every repeat. */
export interface PointEntry {
  readonly wallet: WalletView;
  readonly event: LedgerEvent;
  readonly text: PrivateText | undefined;
  readonly repeated: boolean;
  readonly idempotencyKey: string;
}
