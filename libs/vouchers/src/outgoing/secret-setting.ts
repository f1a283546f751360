import type { TurnText } from '../provider-kind.js';
import type { SecretText } from './outgoing-config.js';

/** What a person is told who hands in a secret that is sealed already. */
export const MUST_BE_PLAIN = 'must be a text; sealed ones are only read back from the database';

export function sealSecretText(value: SecretText, encrypt: TurnText): SecretText {
  return typeof value === 'string' ? { sealed: encrypt(value) } : value;
}

export function openSecretText(value: SecretText, decrypt: TurnText): string {
  return typeof value === 'string' ? value : decrypt(value.sealed);
}

/** Of a configuration whose secrets have been opened. @throws TypeError */
export function plainSecretText(value: SecretText): string {
  return openSecretText(value, () => {
    throw new TypeError('A provider was opened with sealed secrets; unseal its configuration first.');
  });
}
