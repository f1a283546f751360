import {
  chainHash,
  decodeEvent,
  encodeEvent,
  entryMovementOf,
  genesisHash,
  redemptionIdOf,
  type LedgerEvent,
  type StoredEvent,
} from '#domain';

import { COMPANY, sha256, WALLET } from './material.js';
import type { WalletHistory } from './wallet-history.js';

/** A history as its table would have it. */
export function storedRows(history: WalletHistory): readonly StoredEvent[] {
  return history.recorded.map(({ event, bytes, hash }, i) => ({
    ...columnsOf(event),
    position: BigInt(i + 1),
    transactionId: BigInt(700 + i),
    hash,
    ...bodyOf(bytes),
  }));
}

/** A body with its bytes. */
export function bodyOf(body: string): Pick<StoredEvent, 'body' | 'bytes' | 'latin1' | 'from' | 'end'> {
  const bytes = Buffer.from(body);
  return { body, bytes, latin1: bytes.toString('latin1'), from: 0, end: bytes.length };
}

/** The columns that are copies of the bytes. */
export function columnsOf(
  event: LedgerEvent,
): Omit<StoredEvent, 'position' | 'transactionId' | 'hash' | keyof ReturnType<typeof bodyOf>> {
  return {
    companyId: event.companyId,
    walletId: event.walletId,
    version: event.version,
    eventId: event.eventId,
    redemptionId: redemptionIdOf(event),
    type: event.type,
    occurredAt: event.occurredAt,
    availableAfter: event.balances.available,
    reservedAfter: event.balances.reserved,
    burnedAfter: event.balances.burned,
    pointsDelta: entryMovementOf(event)?.pointsDelta,
  };
}

/** The rows with one event rewritten, its columns and every hash made to fit: by somebody who knows how it is done. */
export function forged(
  rows: readonly StoredEvent[],
  version: number,
  change: (event: LedgerEvent) => LedgerEvent,
): readonly StoredEvent[] {
  const rewritten = rows.map((row) => {
    if (row.version !== BigInt(version)) return row;
    const event = change(decodeEvent(row.body));
    return { ...row, ...columnsOf(event), ...bodyOf(encodeEvent(event)) };
  });
  return rehashed(rewritten);
}

/** The rows with a chain of hashes that fits their bytes. */
export function rehashed(rows: readonly StoredEvent[]): readonly StoredEvent[] {
  let hash = genesisHash(sha256, COMPANY, WALLET);
  return rows.map((row) => {
    hash = chainHash(sha256, hash, row.body);
    return { ...row, hash };
  });
}
