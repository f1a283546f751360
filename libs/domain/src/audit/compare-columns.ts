import { redemptionIdOf, type LedgerEvent } from '../event/ledger-event.js';
import { formatInstant, parseInstant } from '../instant.js';
import { entryMovementOf } from '../ledger-entry.js';
import type { StoredEvent } from './stored-event.js';

/** The first column that is not a copy of what is in the bytes. */
export function differingColumn(
  row: StoredEvent,
  event: LedgerEvent,
): { readonly expected: string; readonly found: string } | undefined {
  const { balances } = event;
  if (row.companyId !== event.companyId) return differs('company_id', event.companyId, row.companyId);
  if (row.walletId !== event.walletId) return differs('wallet_id', event.walletId, row.walletId);
  if (!isWhole(row.version, event.version)) return differs('version', event.version, row.version);
  if (row.eventId !== event.eventId) return differs('event_id', event.eventId, row.eventId);
  const redemptionId = redemptionIdOf(event);
  if (row.redemptionId !== redemptionId) return differs('redemption_id', redemptionId, row.redemptionId);
  if (row.type !== event.type) return differs('type', event.type, row.type);
  if (parseInstant(row.occurredAt) !== event.occurredAt) {
    return differs('occurred_at', formatInstant(event.occurredAt), row.occurredAt);
  }
  if (!isWhole(row.availableAfter, balances.available)) {
    return differs('available_after', balances.available, row.availableAfter);
  }
  if (!isWhole(row.reservedAfter, balances.reserved)) {
    return differs('reserved_after', balances.reserved, row.reservedAfter);
  }
  if (!isWhole(row.burnedAfter, balances.burned)) return differs('burned_after', balances.burned, row.burnedAfter);
  const delta = entryMovementOf(event)?.pointsDelta;
  const isDelta = delta === undefined ? row.pointsDelta === undefined : isWhole(row.pointsDelta, delta);
  return isDelta ? undefined : differs('points_delta', delta, row.pointsDelta);
}

const SMALL = 1_000_000_000_000n;

/** Whether the text is the number, for the many small ones without writing it. */
function isWhole(text: string | undefined, value: bigint): boolean {
  if (text === undefined) return false;
  return value < SMALL && value > -SMALL ? Number(text) === Number(value) : text === String(value);
}

type Value = string | number | bigint | undefined;

function differs(column: string, inBytes: Value, stored: Value): { expected: string; found: string } {
  return { expected: `${column} ${inBytes ?? 'null'}`, found: `${column} ${stored ?? 'null'}` };
}
