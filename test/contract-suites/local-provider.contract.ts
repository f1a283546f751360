import { describe, expect, it } from '@jest/globals';
import { KeyRing, VoucherCodes } from '#platform';
import { sealVoucher, type LocalProvider } from '#vouchers';

const REDEMPTION = { companyId: 1, redemptionId: '0198f3a0-0000-7000-8000-000000000001' };
const RING = `new:${'01'.repeat(31)}aa,old:${'02'.repeat(31)}bb`;

/** What every provider whose codes are made in this process has to keep. */
export function localProviderContract(name: string, open: () => LocalProvider): void {
  describe(`The ${name} voucher provider`, () => {
    it('never makes the same code twice', () => {
      const provider = open();
      const codes = Array.from({ length: 20_000 }, () => newCodeOf(provider));
      expect(new Set(codes).size).toBe(codes.length);
    });

    it('makes codes that can be typed, kept and looked up', () => {
      const code = newCodeOf(open());
      expect(code).toMatch(/^[0-9A-Z-]{16,64}$/);
      const codes = new VoucherCodes(KeyRing.parse(RING));
      const voucher = sealVoucher(codes, REDEMPTION, { code, externalId: undefined, expiresAt: undefined });
      expect(codes.openCode({ ...REDEMPTION, sealed: voucher.code })).toBe(code);
      const [current, ...older] = codes.lookupDigests(REDEMPTION.companyId, code).map(({ digest }) => digest);
      expect(voucher.code.digest).toBe(current);
      expect(voucher.otherDigests).toEqual(older);
      expect(older).toHaveLength(1);
    });
  });
}

function newCodeOf({ newCode }: LocalProvider): string {
  if (newCode === undefined) throw new TypeError('This provider makes no codes.');
  return newCode();
}
