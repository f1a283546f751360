import { redemptionIdOf, type LedgerEvent } from '../event/ledger-event.js';
import { formatInstant, type Instant } from '../instant.js';
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
  if (row.version !== event.version) return differs('version', event.version, row.version);
  const redemptionId = redemptionIdOf(event);
  if (row.hasTexts?.(event.eventId, redemptionId, event.type) !== true) {
    if (row.eventId !== event.eventId) return differs('event_id', event.eventId, row.eventId);
    if (row.redemptionId !== redemptionId) return differs('redemption_id', redemptionId, row.redemptionId);
    if (row.type !== event.type) return differs('type', event.type, row.type);
  }
  if (row.occurredAt !== event.occurredAt) {
    return differs('occurred_at', formatInstant(event.occurredAt), shownInstant(row.occurredAt));
  }
  if (row.availableAfter !== balances.available) {
    return differs('available_after', balances.available, row.availableAfter);
  }
  if (row.reservedAfter !== balances.reserved) return differs('reserved_after', balances.reserved, row.reservedAfter);
  if (row.burnedAfter !== balances.burned) return differs('burned_after', balances.burned, row.burnedAfter);
  const delta = entryMovementOf(event)?.pointsDelta;
  return row.pointsDelta === delta ? undefined : differs('points_delta', delta, row.pointsDelta);
}

/** A column may hold moments that no event can have, infinity among them. */
export function shownInstant(at: Instant): string {
  return Number.isSafeInteger(at) ? formatInstant(at) : String(at);
}

type Value = string | number | bigint | undefined;

function differs(column: string, inBytes: Value, stored: Value): { expected: string; found: string } {
  return { expected: `${column} ${inBytes ?? 'null'}`, found: `${column} ${stored ?? 'null'}` };
}
