import { describe, expect, it } from '@jest/globals';
import { KeyRing, VoucherCodes } from '#platform';
import { answeredCall, answeredFind } from './seal-answer.js';

const codes = new VoucherCodes(KeyRing.parse(`1:${'00112233445566778899aabbccddeeff'.repeat(2)}`));
const redemption = { companyId: 1, redemptionId: '0198f3a0-0000-7000-8000-000000000001' };

function issued(code: string, externalId?: string) {
  return answeredCall(codes, redemption, {
    kind: 'issued',
    voucher: { code, externalId, expiresAt: undefined },
  });
}

describe('What a provider answers', () => {
  it('goes on record with its code sealed', () => {
    const answer = issued('SAVE-10', 'ext-1');
    expect(answer).toMatchObject({
      kind: 'issued',
      voucher: { externalId: 'ext-1', code: { last4: expect.any(String) } },
    });
    expect(JSON.stringify(answer)).not.toContain('SAVE-10');
  });

  it.each([
    ['an empty code', ''],
    ['a code that is too long', 'x'.repeat(257)],
    ['a code with NUL', 'A\u0000B'],
    ['a code of two lines', 'A\nB'],
    ['a code with a line separator', 'A\u2028B'],
    ['half a surrogate pair', 'A\ud800'],
  ])('is unknown with %s', (_, code) => {
    expect(issued(code)).toEqual({ kind: 'unknown' });
    const voucher = { code, externalId: undefined, expiresAt: undefined };
    expect(answeredFind(codes, redemption, { kind: 'used', voucher })).toEqual({ kind: 'unknown' });
  });

  it('is unknown with an external id that cannot be kept', () => {
    expect(issued('SAVE-10', 'a\u0007')).toEqual({ kind: 'unknown' });
    expect(issued('SAVE-10', 'x'.repeat(256))).toEqual({ kind: 'unknown' });
  });

  it('takes codes of any script, and blanks', () => {
    expect(issued('ЛЕТО 10 %')).toMatchObject({ kind: 'issued' });
    expect(issued('🎁'.repeat(256))).toMatchObject({ kind: 'issued' });
  });

  it('has its reason cut to what can be printed', () => {
    const declined = (reason: string) => answeredCall(codes, redemption, { kind: 'declined', reason });
    expect(declined(' sold\nout\u0000 ')).toEqual({ kind: 'declined', reason: 'sold out' });
    expect(declined('\u0000')).toEqual({ kind: 'declined', reason: 'no reason given' });
    expect(declined('x'.repeat(999))).toEqual({ kind: 'declined', reason: 'x'.repeat(255) });
  });

  it('passes on what carries no voucher', () => {
    expect(answeredCall(codes, redemption, { kind: 'not_sent' })).toEqual({ kind: 'not_sent' });
    expect(answeredFind(codes, redemption, { kind: 'not_found' })).toEqual({ kind: 'not_found' });
  });
});
