import type { SealedSecret } from '../crypto/index.js';

/** A sealed secret as the column `company.secret` holds it: `<key id>:<base64>`. Neither part has a colon in it. */
export function writeSealedSecret({ keyId, cipher }: SealedSecret): string {
  return `${keyId}:${cipher}`;
}

export function readSealedSecret(text: string): SealedSecret {
  const colon = text.indexOf(':');
  return { keyId: text.slice(0, Math.max(colon, 0)), cipher: text.slice(colon + 1) };
}
