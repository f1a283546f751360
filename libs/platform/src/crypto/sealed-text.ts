import { openBytes, sealBytes, SealBrokenError } from './aes-gcm.js';
import type { KeyRing } from './key-ring.js';

/** What a sealed text belongs to: its key is derived for `purpose`, and `owner` is authenticated with it. */
export interface TextOwner {
  /** For example `provider-config`. */
  readonly purpose: string;
  /** The row and field it stands in: a text copied to another one doesn't open. */
  readonly owner: string;
}

/**
 * Seals a text for a table, under HKDF(key, purpose): `<key id>:<base64 of iv (12) ‖ ciphertext ‖ tag (16)>`, AES-256-GCM. Neither part
 * has a colon in it.
 */
export function sealText(ring: KeyRing, { purpose, owner }: TextOwner, text: string): string {
  const keyId = ring.primaryId;
  const sealed = sealBytes(ring.derive(keyId, purpose), Buffer.from(text, 'utf8'), `${purpose}:${owner}`);
  return `${keyId}:${sealed.toString('base64')}`;
}

/** @throws SealBrokenError when the text is another owner's, was changed, or its key is no longer in the ring. */
export function openText(ring: KeyRing, { purpose, owner }: TextOwner, sealed: string): string {
  const colon = sealed.indexOf(':');
  if (colon < 0) throw new SealBrokenError('A sealed text names no key: it was changed.');
  const key = ring.derive(sealed.slice(0, colon), purpose);
  return openBytes(key, Buffer.from(sealed.slice(colon + 1), 'base64'), `${purpose}:${owner}`).toString('utf8');
}
