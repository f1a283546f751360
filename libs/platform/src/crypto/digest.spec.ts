import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commandDigest, keyDigest, makeSalt, saltedDigest, sha256 } from './digest.js';

const secret = Buffer.alloc(32, 7);

describe('Digests', () => {
  it('sha256 is the SHA-256 of the previous bytes followed by the text', () => {
    // FIPS 180-2, appendix B.1: "abc".
    expect(Buffer.from(sha256(new Uint8Array(0), 'abc')).toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.string({ unit: 'grapheme' }),
        (previous, text) => {
          const expected = createHash('sha256')
            .update(Buffer.concat([previous, Buffer.from(text, 'utf8')]))
            .digest();
          expect(Buffer.from(sha256(previous, text)).equals(expected)).toBe(true);
        },
      ),
    );
  });

  it('a key and a command with the same text have different digests', () => {
    expect(keyDigest(secret, 'same')).not.toBe(commandDigest(secret, 'same'));
  });

  it('two companies’ digests of the same key differ', () => {
    expect(keyDigest(secret, 'k')).not.toBe(keyDigest(Buffer.alloc(32, 8), 'k'));
  });

  it('are stable and 64 hexadecimal digits', () => {
    expect(keyDigest(secret, 'order-1')).toBe(keyDigest(Buffer.from(secret), 'order-1'));
    expect(commandDigest(secret, '{}')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('the digest of private data depends on its salt', () => {
    const salts = [makeSalt(), makeSalt()] as const;
    expect(salts[0]).toHaveLength(16);
    expect(saltedDigest(salts[0], '{"a":"1"}')).toBe(saltedDigest(salts[0], '{"a":"1"}'));
    expect(saltedDigest(salts[0], '{"a":"1"}')).not.toBe(saltedDigest(salts[1], '{"a":"1"}'));
  });
});
