import { describe, expect, it } from '@jest/globals';
import { SealBrokenError } from './aes-gcm.js';
import { makeCompanySecret, openSecret, sealSecret } from './company-secret.js';
import { KeyRing } from './key-ring.js';

const KEY_1 = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
const KEY_2 = 'ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100';
const ring = KeyRing.parse(`1:${KEY_1}`);

describe('A company’s secret', () => {
  it('is 32 bytes, new each time, and opens to what was sealed', () => {
    const secret = makeCompanySecret();
    expect(secret).toHaveLength(32);
    expect(makeCompanySecret().equals(secret)).toBe(false);
    expect(openSecret(ring, 5, sealSecret(ring, 5, secret)).equals(secret)).toBe(true);
  });

  it('does not open in another company’s row', () => {
    const sealed = sealSecret(ring, 5, makeCompanySecret());
    expect(() => openSecret(ring, 6, sealed)).toThrow(SealBrokenError);
  });

  it('opens after the keys were rotated', () => {
    const secret = makeCompanySecret();
    const sealed = sealSecret(ring, 5, secret);
    const rotated = KeyRing.parse(`2:${KEY_2},1:${KEY_1}`);
    expect(openSecret(rotated, 5, sealed).equals(secret)).toBe(true);
    expect(sealSecret(rotated, 5, secret).keyId).toBe('2');
  });
});
