import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import { randomSecret, withChecksum, withoutChecksum } from './key-text.js';

/** Everything a key may be allowed to do; there are no other scopes. */
export const API_KEY_SCOPES = [
  'redemptions:write',
  'points:write',
  'wallets:read',
  'catalogue:write',
  'audit:read',
] as const;

export type ApiKeyScope = (typeof API_KEY_SCOPES)[number];

export interface ParsedApiKey {
  readonly companyId: number;
  /** Eight characters that name the key in lists and logs. Looked up together with the company, it finds one row. */
  readonly prefix: string;
  readonly secret: string;
}

const PREFIX_CHARACTERS = 8;
const PREFIX_ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';
const SHAPE = /^hf_([0-9a-z]{1,11})_([a-z0-9]{8})_([0-9A-Za-z]{43})$/;
/** The longest key there can be; anything longer is refused before work is spent on it. */
const TEXT_MAX = 80;

export function isApiKeyScope(text: string): text is ApiKeyScope {
  return (API_KEY_SCOPES as readonly string[]).includes(text);
}

/**
 * A new key: `hf_<company id in base 36>_<prefix>_<256 random bits in base 62><CRC-32 in base 62>`. Show it once, store `hashApiKey` of it
 * and its prefix. A plain SHA-256 is enough because nobody can try out 2²⁵⁶ secrets.
 */
export function generateApiKey(companyId: number): { readonly text: string; readonly prefix: string } {
  if (!Number.isSafeInteger(companyId) || companyId < 0) {
    throw new RangeError(`A company id is a whole number of 0 or more, not ${companyId}.`);
  }
  const prefix = Array.from({ length: PREFIX_CHARACTERS }, () =>
    PREFIX_ALPHABET.charAt(randomInt(PREFIX_ALPHABET.length)),
  ).join('');
  return { text: withChecksum(`hf_${companyId.toString(36)}_${prefix}_${randomSecret()}`), prefix };
}

/** What a key says about itself, or undefined when it is not one: wrong shape, wrong checksum, a company id that can't be. */
export function parseApiKey(text: string): ParsedApiKey | undefined {
  const body = text.length > TEXT_MAX ? undefined : withoutChecksum(text);
  const match = body === undefined ? null : SHAPE.exec(body);
  const [, company, prefix, secret] = match ?? [];
  if (company === undefined || prefix === undefined || secret === undefined) {
    return undefined;
  }
  const companyId = Number.parseInt(company, 36);
  if (!Number.isSafeInteger(companyId) || companyId.toString(36) !== company) {
    return undefined;
  }
  return { companyId, prefix, secret };
}

/** SHA-256 of the whole key: the 32 bytes that are stored. */
export function hashApiKey(text: string): Buffer<ArrayBuffer> {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** Whether `text` is the key that was stored as `hash`, in constant time. */
export function apiKeyMatches(text: string, hash: Uint8Array): boolean {
  const candidate = hashApiKey(text);
  return hash.length === candidate.length && timingSafeEqual(candidate, hash);
}
