import { createHmac } from 'node:crypto';
import { openBytes, sealBytes } from './aes-gcm.js';
import type { KeyRing } from './key-ring.js';

/** A voucher's code as it stands in events and tables. */
export interface SealedCode {
  /** base64 of `iv (12) ‖ ciphertext ‖ tag (16)`, AES-256-GCM. */
  readonly cipher: string;
  /** Which key of `ENCRYPTION_KEY` made `cipher` and `digest`. */
  readonly keyId: string;
  /** HMAC-SHA-256 of the code, for looking it up: 64 lower-case hexadecimal digits. */
  readonly digest: string;
  /** The last four characters, fewer of a code shorter than eight. */
  readonly last4: string;
}

export interface LookupDigest {
  readonly keyId: string;
  readonly digest: string;
}

const LOOKUP_KEYS_MAX = 10_000;

/**
 * Voucher codes are bearer money: whoever reads one can spend it. Each is encrypted under a key of its own redemption
 * (HKDF info `code:<company id>:<redemption uuid, lower case>`, also the authenticated context), so a ciphertext copied to another row
 * or company doesn't open; and is found by a digest under a key of its company (HKDF info `lookup:<company id>`), so equal codes of two
 * companies look different.
 */
export class VoucherCodes {
  readonly #ring: KeyRing;
  readonly #lookupKeys = new Map<string, Buffer>();

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  /** Seals under the first key. Every call draws a new nonce, so seal once and let a command that is tried again carry the result. */
  sealCode(input: { readonly companyId: number; readonly redemptionId: string; readonly code: string }): SealedCode {
    const keyId = this.#ring.primaryId;
    const info = codeInfo(input.companyId, input.redemptionId);
    const cipher = sealBytes(this.#ring.derive(keyId, info), Buffer.from(wellFormed(input.code), 'utf8'), info);
    return {
      cipher: cipher.toString('base64'),
      keyId,
      digest: this.#digest(keyId, input.companyId, input.code),
      last4: lastCharacters(input.code),
    };
  }

  /** @throws SealBrokenError when the code is another redemption's, was changed, or its key is no longer in the ring. */
  openCode(input: {
    readonly companyId: number;
    readonly redemptionId: string;
    readonly sealed: Pick<SealedCode, 'cipher' | 'keyId'>;
  }): string {
    const info = codeInfo(input.companyId, input.redemptionId);
    const key = this.#ring.derive(input.sealed.keyId, info);
    return openBytes(key, Buffer.from(input.sealed.cipher, 'base64'), info).toString('utf8');
  }

  /**
   * What `code` may stand under, one digest for each key in the ring, the first key's first: codes that were sealed before a
   * rotation are found too. Look for any of the digests within the company.
   */
  lookupDigests(companyId: number, code: string): LookupDigest[] {
    wellFormed(code);
    return this.#ring.ids.map((keyId) => ({ keyId, digest: this.#digest(keyId, companyId, code) }));
  }

  #digest(keyId: string, companyId: number, code: string): string {
    return createHmac('sha256', this.#lookupKey(keyId, companyId)).update(code, 'utf8').digest('hex');
  }

  #lookupKey(keyId: string, companyId: number): Buffer {
    const name = `${keyId}:${companyId}`;
    const known = this.#lookupKeys.get(name);
    if (known !== undefined) {
      return known;
    }
    if (this.#lookupKeys.size >= LOOKUP_KEYS_MAX) {
      this.#lookupKeys.clear();
    }
    const derived = this.#ring.derive(keyId, `lookup:${companyId}`);
    this.#lookupKeys.set(name, derived);
    return derived;
  }
}

function codeInfo(companyId: number, redemptionId: string): string {
  return `code:${companyId}:${redemptionId.toLowerCase()}`;
}

/** UTF-8 turns every lone surrogate into U+FFFD: the code that opens would not be the code that was sealed. */
function wellFormed(code: string): string {
  if (/\p{Surrogate}/u.test(code)) {
    throw new TypeError('A voucher code with half a surrogate pair in it cannot be kept; refuse it where it comes in.');
  }
  return code;
}

function lastCharacters(code: string): string {
  const characters = Array.from(code);
  const shown = Math.min(4, Math.floor(characters.length / 2));
  return shown === 0 ? '' : characters.slice(-shown).join('');
}
