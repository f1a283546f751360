import { describe, expect, it } from '@jest/globals';
import { KeyRing, openText, sealText, SealBrokenError } from './index.js';

const OLD = `old:${'00112233445566778899aabbccddeeff'.repeat(2)}`;
const NEW = `new:${'ffeeddccbbaa99887766554433221100'.repeat(2)}`;
const owner = { purpose: 'provider-config', owner: '1:shop' };

describe('A sealed text', () => {
  const ring = KeyRing.parse(OLD);
  const sealed = sealText(ring, owner, 'Bearer ünseen');

  it('shows nothing of itself and opens for its owner', () => {
    expect(sealed).toMatch(/^old:[A-Za-z0-9+/]+=*$/);
    expect(Buffer.from(sealed.slice(4), 'base64').includes('Bearer')).toBe(false);
    expect(openText(ring, owner, sealed)).toBe('Bearer ünseen');
  });

  it('opens after a rotation for as long as its key is kept', () => {
    expect(openText(KeyRing.parse(`${NEW},${OLD}`), owner, sealed)).toBe('Bearer ünseen');
    expect(() => openText(KeyRing.parse(NEW), owner, sealed)).toThrow(SealBrokenError);
  });

  it.each([
    ['another owner', { ...owner, owner: '2:shop' }, sealed],
    ['another purpose', { ...owner, purpose: 'company-secret' }, sealed],
    ['a changed text', owner, `${sealed.slice(0, -6)}AAAA==`],
    ['no key', owner, 'Bearer'],
    ['no bytes', owner, 'old:'],
  ])('does not open with %s', (_, asked, text) => {
    expect(() => openText(ring, asked, text)).toThrow(SealBrokenError);
  });
});
