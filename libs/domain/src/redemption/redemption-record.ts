import { CanonicalText, NotCanonical } from '../event/canonical-text.js';
import { readWithin, type Json } from '../event/field.js';
import { redemption, type Redemption } from './redemption.js';

/** The projection's bytes of a folded redemption: canonical JSON, so that equal states have equal texts. */
export function encodeRedemption(state: Redemption): string {
  return redemption.write(state);
}

/**
 * Reads in one pass what `encodeRedemption` wrote. Any other text of the same redemption, such as one of an older program, is read
 * by way of `JSON.parse`.
 * @throws MalformedRecord when the text is not a redemption as this program writes it.
 */
export function decodeRedemption(bytes: string): Redemption {
  const source = new CanonicalText(bytes);
  try {
    const state = redemption.scan(source);
    source.expectEnd();
    return state;
  } catch (error) {
    if (!(error instanceof NotCanonical)) throw error;
  }
  return readWithin(redemption, JSON.parse(bytes) as Json, 'redemption');
}
