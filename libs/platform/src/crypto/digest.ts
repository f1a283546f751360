import { createHash, createHmac, hash } from 'node:crypto';
import { takeRandom } from './random.js';

/**
 * SHA-256 of `previous` followed by the UTF-8 bytes of `text`: the digest the domain's hash chain is given, since the domain may
 * not import one. 32 bytes.
 */
export function sha256(previous: Uint8Array, text: string): Uint8Array {
  const bytesMax = previous.length + text.length * UTF8_WIDTH_MAX;
  if (bytesMax > workspace.length) return createHash('sha256').update(previous).update(text, 'utf8').digest();
  // One call over one buffer takes half the time of a hash object: this is done for every event that is written or audited.
  workspace.set(previous);
  const end = previous.length + workspace.write(text, previous.length, 'utf8');
  return hash('sha256', workspace.subarray(0, end), 'buffer');
}

/** UTF-8 takes at most three bytes for a UTF-16 code unit. */
const UTF8_WIDTH_MAX = 3;
const workspace = Buffer.alloc(16_384);

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
