import type { FlagOutcome, IssuedVoucher } from '#domain';
import type { RedemptionMessage } from './tell-redemption.js';

/** A person's word on a flagged redemption. */
export interface FlagResolution {
  readonly outcome: FlagOutcome;
  /** The voucher's code, for the outcome `issued` and no other. */
  readonly code: string | undefined;
  readonly note: string;
  /** Whose word it is; stays on the event. */
  readonly resolvedBy: string;
  readonly idempotencyKey: string | undefined;
}

/** The same wherever it was said: `voucher` is `resolution.code`, sealed for this redemption. */
export function resolutionMessage(
  key: { readonly companyId: number; readonly redemptionId: string },
  resolution: FlagResolution,
  voucher: IssuedVoucher | undefined,
): Omit<RedemptionMessage, 'traceId' | 'signal'> {
  const { outcome, code, note, resolvedBy, idempotencyKey } = resolution;
  return {
    companyId: key.companyId,
    actor: { kind: 'admin', id: resolvedBy },
    scope: 'admin.resolve',
    command: { type: 'ResolveFlags', redemptionId: key.redemptionId, outcome, voucher },
    terms: [outcome, code ?? null, note, resolvedBy],
    idempotencyKey,
    words: { note },
  };
}
