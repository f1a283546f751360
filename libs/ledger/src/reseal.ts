import type { VoucherCodes } from '#platform';
import type { Reseal } from './group/take-pool-codes.js';

/** A pooled code is sealed under its own id until it is handed out, then under its redemption's. */
export function resealWith(codes: VoucherCodes): Reseal {
  return ({ companyId, id, cipher, keyId }, redemptionId) => {
    const code = codes.openCode({ companyId, redemptionId: id, sealed: { cipher, keyId } });
    const sealed = codes.sealCode({ companyId, redemptionId, code });
    const others = codes.lookupDigests(companyId, code).filter((other) => other.keyId !== sealed.keyId);
    return {
      code: sealed,
      otherDigests: others.map(({ digest }) => digest),
      externalId: undefined,
      expiresAt: undefined,
    };
  };
}
