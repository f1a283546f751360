import { randomBytes } from 'node:crypto';
import { openBytes, sealBytes } from './aes-gcm.js';
import type { KeyRing } from './key-ring.js';

/** A secret as it stands in a table. */
export interface SealedSecret {
  /** base64 of `iv (12) ‖ ciphertext ‖ tag (16)`, AES-256-GCM. */
  readonly cipher: string;
  readonly keyId: string;
}

/** A new company's secret: 32 random bytes. Its idempotency keys and commands are digested under it. */
export function makeCompanySecret(): Buffer<ArrayBuffer> {
  return randomBytes(32);
}

/**
 * Seals a company's secret for its row, under HKDF(key, 'company-secret'); `companyId` is authenticated with it, so a row copied to
 * another company doesn't open.
 */
export function sealSecret(ring: KeyRing, companyId: number, secret: Uint8Array): SealedSecret {
  const keyId = ring.primaryId;
  const cipher = sealBytes(ring.derive(keyId, 'company-secret'), secret, context(companyId));
  return { cipher: cipher.toString('base64'), keyId };
}

/** @throws SealBrokenError when the secret is another company's, was changed, or its key is no longer in the ring. */
export function openSecret(ring: KeyRing, companyId: number, sealed: SealedSecret): Buffer {
  return openBytes(
    ring.derive(sealed.keyId, 'company-secret'),
    Buffer.from(sealed.cipher, 'base64'),
    context(companyId),
  );
}

/** A sealed secret as the column `company.secret` holds it: `<key id>:<base64>`. Neither part has a colon in it. */
export function writeSealedSecret({ keyId, cipher }: SealedSecret): string {
  return `${keyId}:${cipher}`;
}

export function readSealedSecret(text: string): SealedSecret {
  const colon = text.indexOf(':');
  return { keyId: text.slice(0, Math.max(colon, 0)), cipher: text.slice(colon + 1) };
}

function context(companyId: number): string {
  return `company-secret:${companyId}`;
}
