import { createHash } from 'node:crypto';

import {
  addSeconds,
  parseInstant,
  type AdvanceRedemption,
  type BoundProvider,
  type ChainDigest,
  type Instant,
  type IssuedVoucher,
  type SealedCode,
} from '#domain';

export const COMPANY = 7;
export const WALLET = '0198f3a0-0000-7000-8000-00000000aaaa';
export const REDEMPTION = '0198f3a0-0000-7000-8000-000000000001';
export const RECOVERY = '0198f3a0-0000-7000-8000-00000000beef';

/** The moment every story begins. */
export const START = parseInstant('2026-03-01T00:00:00.000000Z') as Instant;

/** `seconds` after the beginning of the story. */
export function at(seconds: number): Instant {
  return addSeconds(START, BigInt(seconds));
}

/** SHA-256 as the ledger gives it to the domain. */
export const sha256: ChainDigest = (previous, text) =>
  createHash('sha256').update(previous).update(text, 'utf8').digest();

/** A code at rest; equal texts have equal digests, as with the real seal. */
export function sealed(code: string): SealedCode {
  const digest = createHash('sha256').update(code).digest('hex');
  return { cipher: Buffer.from(code).toString('base64'), keyId: 'k1', digest, last4: code.slice(-4) };
}

export function voucher(code = 'CODE-0001', externalId?: string): IssuedVoucher {
  return { code: sealed(code), otherDigests: [], externalId, expiresAt: undefined };
}

/** A provider over HTTP that can do everything, but for what `lacks` takes away. */
export function httpProvider(
  lacks: Partial<Pick<BoundProvider, 'idempotent' | 'canLookup' | 'canCancel'>> = {},
): BoundProvider {
  return {
    name: 'shop',
    version: 1n,
    kind: 'http',
    key: 'key-0001',
    idempotent: true,
    canLookup: true,
    canCancel: true,
    ...lacks,
  };
}

/** The provider whose codes are our own. */
export const generatedProvider: BoundProvider = { ...httpProvider(), name: 'generated', kind: 'generated' };

/** A pool of codes that somebody brought us. */
export const poolProvider: BoundProvider = { ...httpProvider(), name: 'codes', kind: 'pool' };

/** The worker looks at a redemption and is ready to call its provider. */
export const lookAndCall: AdvanceRedemption = {
  type: 'AdvanceRedemption',
  redemptionId: REDEMPTION,
  voucher: undefined,
  call: { timeoutMs: 5_000, notFound: false },
};

/** The same after the provider was asked by key and knew nothing. */
export const lookAndCallAgain: AdvanceRedemption = { ...lookAndCall, call: { timeoutMs: 5_000, notFound: true } };

/** The worker looks at a redemption without intending a call. */
export const look: AdvanceRedemption = { ...lookAndCall, call: undefined };

/** The worker looks at a redemption and brings a code along, for a provider that is ours. */
export function lookWithCode(code = 'CODE-0001'): AdvanceRedemption {
  return { ...look, voucher: voucher(code) };
}
