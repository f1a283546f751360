import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { adminKeyMatches, generateAdminKey } from './admin-key.js';
import { API_KEY_SCOPES, apiKeyMatches, generateApiKey, hashApiKey, isApiKeyScope, parseApiKey } from './api-key.js';
import { toBase62 } from './base62.js';

const anyCompanyId = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

describe('An API key', () => {
  it('carries its company, its prefix and a secret', () => {
    fc.assert(
      fc.property(anyCompanyId, (companyId) => {
        const { text, prefix } = generateApiKey(companyId);
        expect(parseApiKey(text)).toEqual({ companyId, prefix, secret: expect.stringMatching(/^[0-9A-Za-z]{43}$/) });
      }),
    );
  });

  it('is never made twice', () => {
    const texts = Array.from({ length: 2000 }, () => generateApiKey(1).text);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('is not one after any character was changed, left out or added', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...'azAZ09_- é'), (at, character) => {
        const { text } = generateApiKey(42);
        const index = at % text.length;
        const variants = [
          text.slice(0, index) + character + text.slice(index + 1),
          text.slice(0, index) + text.slice(index + 1),
          text.slice(0, index) + character + text.slice(index),
        ];
        for (const variant of variants.filter((candidate) => candidate !== text)) {
          expect(parseApiKey(variant)).toBeUndefined();
        }
      }),
    );
  });

  it.each(['', 'hf_', 'hf_1_abcdefgh_', 'a'.repeat(5000), `hf_0${'z'.repeat(60)}`])('is not %j', (text) => {
    expect(parseApiKey(text)).toBeUndefined();
  });

  it('matches its own hash and no other', () => {
    const { text } = generateApiKey(1);
    const hash = hashApiKey(text);
    expect(hash).toHaveLength(32);
    expect(apiKeyMatches(text, hash)).toBe(true);
    expect(apiKeyMatches(text, hashApiKey(generateApiKey(1).text))).toBe(false);
    expect(apiKeyMatches(text, hash.subarray(1))).toBe(false);
    expect(apiKeyMatches(text, new Uint8Array(0))).toBe(false);
  });

  it('refuses a company id that is none', () => {
    for (const companyId of [-1, 1.5, Number.NaN, 2 ** 53]) {
      expect(() => generateApiKey(companyId)).toThrow(RangeError);
    }
  });

  it('may be given the five scopes and no others', () => {
    expect([...API_KEY_SCOPES].sort()).toEqual([
      'audit:read',
      'catalogue:write',
      'points:write',
      'redemptions:write',
      'wallets:read',
    ]);
    expect(isApiKeyScope('wallets:read')).toBe(true);
    expect(isApiKeyScope('wallets:write')).toBe(false);
  });
});

describe('The admin key', () => {
  it('matches itself and nothing else, of the same length or not', () => {
    const key = generateAdminKey();
    expect(adminKeyMatches(key, key)).toBe(true);
    for (const other of ['', `${key}x`, key.slice(1), generateAdminKey()]) {
      expect(adminKeyMatches(other, key)).toBe(false);
    }
  });

  it('is no API key', () => {
    expect(parseApiKey(generateAdminKey())).toBeUndefined();
  });
});

describe('Base 62', () => {
  it('keeps the order of numbers and fills up with zeros', () => {
    const anyNumber = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
    fc.assert(
      fc.property(anyNumber, anyNumber, (a, b) => {
        expect(toBase62(a, 43) < toBase62(b, 43)).toBe(a < b);
        expect(toBase62(a, 43)).toHaveLength(43);
      }),
    );
    expect([0n, 61n, 62n].map((value) => toBase62(value, 2))).toEqual(['00', '0z', '10']);
  });
});
