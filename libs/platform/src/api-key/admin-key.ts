import { timingSafeEqual } from 'node:crypto';
import { hashApiKey } from './api-key.js';
import { randomSecret, withChecksum } from './key-text.js';

/** A new key for the `/admin/v1` calls: `hfadmin_<256 random bits in base 62><CRC-32 in base 62>`. */
export function generateAdminKey(): string {
  return withChecksum(`hfadmin_${randomSecret()}`);
}

/** Whether `text` is the configured key. Both are hashed first, so that neither content nor length shows in the time it takes. */
export function adminKeyMatches(text: string, expected: string): boolean {
  return timingSafeEqual(hashApiKey(text), hashApiKey(expected));
}
