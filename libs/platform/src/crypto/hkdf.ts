import { createHmac } from 'node:crypto';

/** Fixed for ever: another salt would make every stored voucher code unreadable. */
const SALT = 'holdfast/v1';

/** The first half of HKDF-SHA-256 (RFC 5869 §2.2): done once for each encryption key and kept. 32 bytes. */
export function hkdfExtract(key: Uint8Array, salt: string | Uint8Array = SALT): Buffer {
  return createHmac('sha256', salt).update(key).digest();
}

/**
 * The second half (RFC 5869 §2.3) for exactly one block: 32 bytes bound to `info`. One block of output is one HMAC, which lets
 * a key of its own for each redemption cost microseconds.
 */
export function hkdfExpand(extracted: Uint8Array, info: string | Uint8Array): Buffer {
  return createHmac('sha256', extracted).update(info).update(FIRST_BLOCK).digest();
}

const FIRST_BLOCK = Uint8Array.of(1);
