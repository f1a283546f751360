import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SealBrokenError } from './aes-gcm.js';
import { KeyRing } from './key-ring.js';
import { VoucherCodes } from './voucher-codes.js';

const KEY_1 = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
const KEY_2 = 'ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100';
const codes = new VoucherCodes(KeyRing.parse(`1:${KEY_1}`));
const rotated = new VoucherCodes(KeyRing.parse(`2:${KEY_2},1:${KEY_1}`));

const anyCode = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 256 });
const anyOwner = fc.record({ companyId: fc.nat(), redemptionId: fc.uuid() });

describe('A sealed voucher code', () => {
  it('opens to what was sealed', () => {
    fc.assert(
      fc.property(anyOwner, anyCode, (owner, code) => {
        const sealed = codes.sealCode({ ...owner, code });
        expect(codes.openCode({ ...owner, sealed })).toBe(code);
      }),
    );
  });

  it('opens whatever the case its redemption’s id is written in', () => {
    const redemptionId = '0190ABCD-0000-7000-8000-00000000ABCD';
    const sealed = codes.sealCode({ companyId: 1, redemptionId, code: 'HF-1' });
    expect(codes.openCode({ companyId: 1, redemptionId: redemptionId.toLowerCase(), sealed })).toBe('HF-1');
  });

  it('does not open for another redemption or another company', () => {
    fc.assert(
      fc.property(anyOwner, anyOwner, anyCode, (owner, other, code) => {
        fc.pre(owner.companyId !== other.companyId || owner.redemptionId !== other.redemptionId);
        const sealed = codes.sealCode({ ...owner, code });
        expect(() => codes.openCode({ ...other, sealed })).toThrow(SealBrokenError);
        expect(() => codes.openCode({ ...owner, companyId: owner.companyId + 1, sealed })).toThrow(SealBrokenError);
      }),
    );
  });

  it('does not open when any bit of it was changed, or any of its end was cut off', () => {
    fc.assert(
      fc.property(anyOwner, anyCode, fc.nat(), fc.nat(7), (owner, code, at, bit) => {
        const sealed = codes.sealCode({ ...owner, code });
        const bytes = Buffer.from(sealed.cipher, 'base64');
        const cut = bytes.subarray(0, at % bytes.length).toString('base64');
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
        for (const cipher of [bytes.toString('base64'), cut]) {
          expect(() => codes.openCode({ ...owner, sealed: { ...sealed, cipher } })).toThrow(SealBrokenError);
        }
      }),
    );
  });

  it('looks different each time, with the same look-up digest', () => {
    const input = { companyId: 1, redemptionId: '0190abcd-0000-7000-8000-000000000000', code: 'HF-SAME' };
    const [first, second] = [codes.sealCode(input), codes.sealCode(input)];
    expect(first.cipher).not.toBe(second.cipher);
    expect(first.digest).toBe(second.digest);
  });

  it('is found by its digest, and only within its company', () => {
    fc.assert(
      fc.property(anyOwner, anyCode, (owner, code) => {
        const { digest } = codes.sealCode({ ...owner, code });
        expect(codes.lookupDigests(owner.companyId, code)).toEqual([{ keyId: '1', digest }]);
        expect(codes.lookupDigests(owner.companyId + 1, code)[0]?.digest).not.toBe(digest);
      }),
    );
  });

  it('still opens and is still found after the keys were rotated, and new ones use the new key', () => {
    const owner = { companyId: 7, redemptionId: '0190abcd-0000-7000-8000-000000000001' };
    const old = codes.sealCode({ ...owner, code: 'HF-OLD' });
    expect(rotated.openCode({ ...owner, sealed: old })).toBe('HF-OLD');
    expect(rotated.lookupDigests(7, 'HF-OLD').map(({ keyId }) => keyId)).toEqual(['2', '1']);
    expect(rotated.lookupDigests(7, 'HF-OLD').map(({ digest }) => digest)).toContain(old.digest);
    expect(rotated.sealCode({ ...owner, code: 'HF-NEW' }).keyId).toBe('2');
  });

  it('says which key is gone', () => {
    const owner = { companyId: 7, redemptionId: '0190abcd-0000-7000-8000-000000000001' };
    const sealed = rotated.sealCode({ ...owner, code: 'HF-NEW' });
    expect(() => codes.openCode({ ...owner, sealed })).toThrow('ENCRYPTION_KEY has no key "2"');
  });

  it.each([
    ['HF-1234-5678', '5678'],
    ['12345678', '5678'],
    ['1234567', '567'],
    ['abcd', 'cd'],
    ['a', ''],
    ['ab🎁cdefg🎀', 'efg🎀'],
  ])('shows of %s only %s', (code, last4) => {
    expect(codes.sealCode({ companyId: 1, redemptionId: 'r', code }).last4).toBe(last4);
  });

  it('refuses a code that would not come back as it went in', () => {
    expect(() => codes.sealCode({ companyId: 1, redemptionId: 'r', code: 'a\ud800b' })).toThrow(TypeError);
    expect(() => codes.lookupDigests(1, 'a\udc00b')).toThrow(TypeError);
  });

  it('keeps working for more companies than it remembers keys of', () => {
    const before = codes.lookupDigests(1, 'x');
    for (let companyId = 2; companyId < 10_100; companyId += 1) {
      codes.lookupDigests(companyId, 'x');
    }
    expect(codes.lookupDigests(1, 'x')).toEqual(before);
  });
});
