import { matchOf, readWithin, type Json } from '../event/field.js';
import type { Match } from '../event/match-code.js';
import { redemption, type Redemption } from './redemption.js';

/** The projection's bytes of a folded redemption: canonical JSON, so that equal states have equal texts. */
export function encodeRedemption(state: Redemption): string {
  return redemption.write(state);
}

/** @throws MalformedRecord when the text is not a redemption as this program writes it. */
export function decodeRedemption(bytes: string): Redemption {
  return readWithin(redemption, JSON.parse(bytes) as Json, 'redemption');
}

let match: Match<Redemption> | undefined;

/**
 * Whether the bytes from `from` up to `end` are what `encodeRedemption` writes, without writing it. False may also mean that it can't be told so:
 * where a text of it is escaped or isn't ASCII.
 */
export function matchesRedemption(state: Redemption, bytes: Uint8Array, from: number, end: number): boolean {
  match ??= matchOf(redemption);
  return match(state, bytes, from) === end;
}
