import { readWithin, type Json } from '../event/field.js';
import { redemption, type Redemption } from './redemption.js';

/** The projection's bytes of a folded redemption: canonical JSON, so that equal states have equal texts. */
export function encodeRedemption(state: Redemption): string {
  return redemption.write(state);
}

/** @throws MalformedRecord when the text is not a redemption as this program writes it. */
export function decodeRedemption(bytes: string): Redemption {
  return readWithin(redemption, JSON.parse(bytes) as Json, 'redemption');
}
