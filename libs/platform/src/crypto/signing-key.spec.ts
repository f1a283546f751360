import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { PublicKey, SigningKey, SigningKeyError } from './signing-key.js';

/** RFC 8032, 7.1, test 2: a secret key, its public key, a message and its signature. */
const SECRET = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb';
const PUBLIC = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
const SIGNATURE =
  '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';

describe('A signing key', () => {
  it('is Ed25519 as RFC 8032 has it', () => {
    const key = SigningKey.parse(SECRET);
    expect(key.publicKey.bytes.toString('hex')).toBe(PUBLIC);
    expect(key.sign('r').toString('hex')).toBe(SIGNATURE);
    expect(PublicKey.parse(PUBLIC).verifies('r', Buffer.from(SIGNATURE, 'hex'))).toBe(true);
    expect(PublicKey.parse(PUBLIC).verifies('s', Buffer.from(SIGNATURE, 'hex'))).toBe(false);
  });

  it('reads base64 and hexadecimal alike', () => {
    const base64 = Buffer.from(SECRET, 'hex').toString('base64');
    expect(SigningKey.parse(base64).publicKey.id).toBe(SigningKey.parse(SECRET).publicKey.id);
    expect(PublicKey.parse(String(PublicKey.parse(PUBLIC))).id).toMatch(/^[0-9a-f]{16}$/);
  });

  it('refuses what is none without repeating it', () => {
    for (const text of ['hunter2', SECRET.slice(2), '00'.repeat(32)]) {
      expect(() => SigningKey.parse(text)).toThrow(SigningKeyError);
      expect(() => SigningKey.parse(text)).not.toThrow(text);
    }
  });

  it('never shows its secret when printed', () => {
    const shown = inspect(SigningKey.parse(SECRET), { depth: 9, showHidden: true });
    expect(shown).not.toContain(SECRET.slice(0, 12));
  });
});
