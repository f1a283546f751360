import { encodeEvent } from './canonical-event.js';
import type { SealedCode } from './event-schemas.js';
import type { Actor, LedgerEvent } from './ledger-event.js';

/** An event as people and callers see it: points and versions as decimal strings, times as RFC 3339. */
export interface ShownEvent {
  readonly id: string;
  readonly version: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly actor: Actor;
  readonly data: Record<string, unknown>;
  readonly balances: { readonly available: string; readonly reserved: string; readonly burned: string };
}

/**
 * An event as it stands in the ledger, but for codes: of each only the last characters are shown, and the code itself where
 * `open` is given to open it.
 */
export function shownEvent(event: LedgerEvent, open?: (sealed: SealedCode) => string): ShownEvent {
  const stored = JSON.parse(encodeEvent(event), (name: string, value: unknown) => {
    if (name !== 'code' || typeof value !== 'object' || value === null || !('last4' in value)) return value;
    const sealed = value as SealedCode;
    return open === undefined ? { last4: sealed.last4 } : { last4: sealed.last4, text: open(sealed) };
  }) as ShownEvent;
  const { occurredAt, actor, data, balances } = stored;
  return { id: event.eventId, version: String(event.version), type: event.type, occurredAt, actor, data, balances };
}
