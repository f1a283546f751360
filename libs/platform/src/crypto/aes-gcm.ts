import { createCipheriv, createDecipheriv } from 'node:crypto';
import { takeRandom } from './random.js';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A sealed value that can't be opened: it was changed, cut, moved to another owner, or its key is not in `ENCRYPTION_KEY`. */
export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError';
}

/** AES-256-GCM: `iv (12) ‖ ciphertext ‖ tag (16)`. `context` is authenticated beside the text and must be given again to open. */
export function sealBytes(key: Uint8Array, plain: Uint8Array, context: string): Buffer {
  const iv = takeRandom(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(context, 'utf8'));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws SealBrokenError when key, context or bytes are not the ones that were sealed. */
export function openBytes(key: Uint8Array, sealed: Uint8Array, context: string): Buffer {
  if (sealed.length < IV_BYTES + TAG_BYTES) {
    throw new SealBrokenError(`A sealed value of ${sealed.length} bytes is too short to be one.`);
  }
  const tagStart = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context, 'utf8'));
  decipher.setAuthTag(sealed.subarray(tagStart));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, tagStart)), decipher.final()]);
  } catch (error) {
    throw new SealBrokenError('A sealed value does not open: it was changed, or belongs to another owner or key.', {
      cause: error,
    });
  }
}
