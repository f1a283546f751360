import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { SealBrokenError } from './aes-gcm.js';
import { KeyRing, KeyRingError } from './key-ring.js';

const HEX = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
const BASE64 = Buffer.from(HEX, 'hex').toString('base64');
const OTHER = 'f'.repeat(62) + '00';

describe('A ring of encryption keys', () => {
  it('reads the same key from hexadecimal, base64, base64 without padding and the URL alphabet', () => {
    const texts = [
      HEX,
      HEX.toUpperCase(),
      BASE64,
      BASE64.replace('=', ''),
      BASE64.replaceAll('+', '-').replaceAll('/', '_'),
    ];
    const derived = texts.map((text) => KeyRing.parse(`k:${text}`).derive('k', 'info').toString('hex'));
    expect(new Set(derived).size).toBe(1);
  });

  it('writes with the first and knows all', () => {
    const ring = KeyRing.parse(`new:${OTHER}, old:${HEX}`);
    expect(ring.primaryId).toBe('new');
    expect(ring.ids).toEqual(['new', 'old']);
    expect(ring.derive('new', 'x').equals(ring.derive('old', 'x'))).toBe(false);
  });

  it('names the ids it does not have', () => {
    expect(KeyRing.parse(`a:${HEX}`).missing(['a', 'b', 'b', 'c'])).toEqual(['b', 'c']);
  });

  it('refuses to derive from a key it does not have', () => {
    expect(() => KeyRing.parse(`a:${HEX}`).derive('b', 'x')).toThrow(SealBrokenError);
  });

  it.each([
    ['', /key 1 has no id/],
    [HEX, /key 1 has no id/],
    [`a b:${HEX}`, /key 1 has no id/],
    [`a:${HEX},`, /key 2 has no id/],
    ['a:short', /the key "a" is not 32 bytes/],
    [`a:${HEX}00`, /the key "a" is not 32 bytes/],
    [`a:${'0'.repeat(64)}`, /repeats one byte/],
    [`a:${HEX},a:${OTHER}`, /the id "a" stands there twice/],
    [`a:${HEX},b:${BASE64}`, /are the same key/],
  ])('refuses %j', (text, reason) => {
    expect(() => KeyRing.parse(text)).toThrow(KeyRingError);
    expect(() => KeyRing.parse(text)).toThrow(reason);
  });

  it('never shows a key', () => {
    const ring = KeyRing.parse(`a:${HEX}`);
    for (const shown of [
      inspect(ring, { showHidden: true, depth: 9 }),
      JSON.stringify({ ring }),
      JSON.stringify(ring),
    ]) {
      expect(shown).not.toContain(HEX.slice(0, 8));
      expect(shown).toContain('key ring: a');
    }
  });
});
