import { needsLocalCode, type IssuedVoucher, type Redemption } from '#domain';
import type { LoadedRedemption } from '#ledger';
import { sealVoucher, type LocalProvider, type ProviderRef } from '#vouchers';
import { executeSagaCommand } from './execute-saga-command.js';
import { left, type Progress } from './progress.js';
import { sagaCommand } from './saga-command.js';
import type { SagaContext } from './saga-context.js';

/**
 * Every step that needs nobody outside, in one command. A code that may be needed is made and sealed beforehand, so that the ledger's
 * second try of the same command issues the same code.
 */
export async function advanceRedemption(context: SagaContext, loaded: LoadedRedemption): Promise<Progress> {
  const { redemption } = loaded;
  const voucher = needsLocalCode(redemption) ? await newVoucher(context, loaded) : undefined;
  const stood = await executeSagaCommand(
    context,
    sagaCommand(loaded, { type: 'AdvanceRedemption', redemptionId: redemption.id, voucher, call: undefined }),
  );
  return stood.written ? { kind: 'moved', redemption: stood.redemption } : left;
}

async function newVoucher(context: SagaContext, loaded: LoadedRedemption): Promise<IssuedVoucher | undefined> {
  const { companyId, redemption } = loaded;
  const provider = await context.providers.resolve(providerOf(companyId, redemption));
  if (provider.reach !== 'local') return undefined;
  return sealVoucher(context.codes, { companyId, redemptionId: redemption.id }, freshVoucher(provider));
}

function freshVoucher(provider: LocalProvider) {
  return { code: provider.newCode(), externalId: undefined, expiresAt: undefined };
}

export function providerOf(companyId: number, { provider }: Redemption): ProviderRef {
  if (provider === undefined) throw new TypeError('A redemption with the caller’s own code has no provider to ask.');
  return { companyId, name: provider.name, version: provider.version };
}
