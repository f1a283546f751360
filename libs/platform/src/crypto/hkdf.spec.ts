import { hkdfSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hkdfExpand, hkdfExtract } from './hkdf.js';

describe('HKDF', () => {
  it('extracts and expands as RFC 5869, test case 1', () => {
    const extracted = hkdfExtract(Buffer.alloc(22, 0x0b), Buffer.from('000102030405060708090a0b0c', 'hex'));
    expect(extracted.toString('hex')).toBe('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5');
    expect(hkdfExpand(extracted, Buffer.from('f0f1f2f3f4f5f6f7f8f9', 'hex')).toString('hex')).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf',
    );
  });

  it('gives what Node’s own gives', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.string(), (key, info) => {
        const expected = Buffer.from(hkdfSync('sha256', key, 'holdfast/v1', info, 32));
        expect(hkdfExpand(hkdfExtract(key), info).equals(expected)).toBe(true);
      }),
    );
  });
});
