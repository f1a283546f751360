import type { CallAnswer, FindAnswer, IssuedVoucher } from '#domain';
import type { VoucherCodes } from '#platform';
import { EXTERNAL_ID, VOUCHER_CODE } from './voucher-text.js';
import type { FindOutcome, IssueOutcome, PlainVoucher } from './voucher-provider.js';

interface Redemption {
  readonly companyId: number;
  readonly redemptionId: string;
}

const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]+/gu;
const REASON_MAX = 255;

const unknown = { kind: 'unknown' } as const;

/**
 * A provider's answer to a call as the ledger may record it: the code sealed, the words fit to print. What does not fit is *unknown*, since
 * nobody can say what the provider did; a find by key may tell later.
 */
export function answeredCall(codes: VoucherCodes, redemption: Redemption, outcome: IssueOutcome): CallAnswer {
  if (outcome.kind === 'declined') return { kind: 'declined', reason: printable(outcome.reason) };
  if (outcome.kind !== 'issued') return outcome;
  return isUsable(outcome.voucher)
    ? { kind: 'issued', voucher: sealVoucher(codes, redemption, outcome.voucher) }
    : unknown;
}

/** The same for an answer to a find. */
export function answeredFind(codes: VoucherCodes, redemption: Redemption, outcome: FindOutcome): FindAnswer {
  if (outcome.kind !== 'issued' && outcome.kind !== 'used') return outcome;
  return isUsable(outcome.voucher)
    ? { kind: outcome.kind, voucher: sealVoucher(codes, redemption, outcome.voucher) }
    : unknown;
}

/** Seals under the first key and adds the look-up digests of the others, so that a rotated key doesn't make it a second voucher. */
export function sealVoucher(codes: VoucherCodes, redemption: Redemption, plain: PlainVoucher): IssuedVoucher {
  const code = codes.sealCode({ ...redemption, code: plain.code });
  const otherDigests = codes
    .lookupDigests(redemption.companyId, plain.code)
    .filter(({ keyId }) => keyId !== code.keyId)
    .map(({ digest }) => digest);
  return { code, otherDigests, externalId: plain.externalId, expiresAt: plain.expiresAt };
}

function isUsable({ code, externalId }: PlainVoucher): boolean {
  return VOUCHER_CODE.test(code) && (externalId === undefined || EXTERNAL_ID.test(externalId));
}

function printable(reason: string): string {
  return Array.from(reason.replace(UNPRINTABLE, ' ').trim()).slice(0, REASON_MAX).join('') || 'no reason given';
}
