import { createHash, createHmac } from 'node:crypto';
import { takeRandom } from './random.js';

/**
 * SHA-256 of `previous` followed by the UTF-8 bytes of `text`: the digest the domain's hash chain is given, since the domain may
 * not import one. 32 bytes.
 */
export function sha256(previous: Uint8Array, text: string): Uint8Array {
  return createHash('sha256').update(previous).update(text, 'utf8').digest();
}

/** HMAC-SHA-256 of an idempotency key under the company's secret: 64 lower-case hexadecimal digits. */
export function keyDigest(companySecret: Uint8Array, key: string): string {
  return labelledDigest(companySecret, 'key', key);
}

/** HMAC-SHA-256 of a command's canonical text under the company's secret: 64 lower-case hexadecimal digits. */
export function commandDigest(companySecret: Uint8Array, canonicalText: string): string {
  return labelledDigest(companySecret, 'command', canonicalText);
}

/** A salt for one row of erasable private data: 16 random bytes. It is erased together with the data. */
export function makeSalt(): Buffer<ArrayBuffer> {
  return takeRandom(16);
}

/**
 * HMAC-SHA-256 under `salt`: 64 lower-case hexadecimal digits. It stands in an event for private data kept elsewhere; once the salt
 * is erased nobody can try out what the data may have been.
 */
export function saltedDigest(salt: Uint8Array, canonicalJson: string): string {
  return createHmac('sha256', salt).update(canonicalJson, 'utf8').digest('hex');
}

/** The label keeps one kind of digest from standing in for another when both are made with the same secret. */
function labelledDigest(secret: Uint8Array, label: string, text: string): string {
  return createHmac('sha256', secret).update(`${label}\0`).update(text, 'utf8').digest('hex');
}
