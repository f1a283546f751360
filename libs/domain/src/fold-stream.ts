import { redemptionIdOf, type LedgerEvent } from './event/ledger-event.js';
import { evolveRedemption } from './redemption/evolve-redemption.js';
import type { Redemption } from './redemption/redemption.js';
import { emptyWallet, evolveWallet, type Wallet } from './wallet/wallet.js';

/** Everything a wallet's stream says. */
export interface StreamState {
  readonly wallet: Wallet;
  readonly redemptions: ReadonlyMap<string, Redemption>;
}

/** Replays a stream from its first event, in order. Performs no effect. @throws InvariantViolation on an impossible history. */
export function foldStream(events: Iterable<LedgerEvent>): StreamState {
  const redemptions = new Map<string, Redemption>();
  let wallet = emptyWallet;
  for (const event of events) {
    wallet = evolveWallet(wallet, event, event);
    const id = redemptionIdOf(event);
    if (id !== undefined) redemptions.set(id, evolveRedemption(redemptions.get(id), event, event));
  }
  return { wallet, redemptions };
}
