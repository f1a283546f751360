import { z } from 'zod';
import type { ProviderKind } from '../provider-kind.js';

const configSchema = z.strictObject({
  /** True: the shop asks us before it honours a code, so voiding one is an event of ours. False: nobody can take a code back. */
  canCancel: z.boolean().default(true),
  /** A warning is logged when fewer codes are left, and again at a half, a quarter, an eighth of it and when none is. 0: never. */
  warnBelow: z.int().min(0).max(1_000_000).default(100),
});

export type PoolConfig = z.output<typeof configSchema>;

/** Codes that the company imported. The ledger hands each out once, in the transaction that issues it, and none comes back. */
export const poolKind: ProviderKind<PoolConfig> = {
  configSchema,
  capabilities: ({ canCancel }) => ({ idempotent: true, canLookup: true, canCancel }),
  open: ({ warnBelow }) => ({ reach: 'local', newCode: undefined, warnBelow }),
};
