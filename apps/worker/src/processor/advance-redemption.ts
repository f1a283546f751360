import { needsLocalCode, type IssuedVoucher, type Redemption } from '#domain';
import type { LoadedRedemption } from '#ledger';
import { sealVoucher, type LocalProvider, type ProviderRef } from '#vouchers';
import { lookupDigestsOf } from './ambiguous-codes.js';
import { executeSagaCommand } from './execute-saga-command.js';
import { left, type Progress } from './progress.js';
import { sagaCommand } from './saga-command.js';
import type { SagaContext } from './saga-context.js';

const POOL_BUSY_MS = 100;

/**
 * Every step that needs nobody outside, in one command. A code that may be needed is made and sealed beforehand, so that the ledger's
 * second try of the same command issues the same code.
 */
export async function advanceRedemption(context: SagaContext, loaded: LoadedRedemption): Promise<Progress> {
  const { redemption } = loaded;
  const local = needsLocalCode(redemption) ? await localProvider(context, loaded) : undefined;
  const voucher = local === undefined ? undefined : newVoucher(context, loaded, local);
  const stood = await executeSagaCommand(
    context,
    sagaCommand(loaded, {
      type: 'AdvanceRedemption',
      redemptionId: redemption.id,
      voucher,
      call: undefined,
      callersDigests: callersDigests(context, loaded),
    }),
  );
  if (stood.written) {
    if (local !== undefined) watchPool(context, loaded, local);
    return { kind: 'moved', redemption: stood.redemption };
  }
  // Every code of the pool that is left is in somebody's hand at this moment.
  const poolIsBusy = redemption.status === 'requested' && redemption.provider?.kind === 'pool';
  return poolIsBusy ? { kind: 'paused', delayMs: POOL_BUSY_MS } : left;
}

/** The ledger looks for others that have the caller's own code when points are held for it. */
function callersDigests({ codes }: SagaContext, loaded: LoadedRedemption): readonly string[] | undefined {
  const { status, voucher } = loaded.redemption;
  return status === 'requested' && voucher.callers ? lookupDigestsOf(codes, loaded) : undefined;
}

async function localProvider(context: SagaContext, loaded: LoadedRedemption): Promise<LocalProvider | undefined> {
  const provider = await context.providers.resolve(providerOf(loaded.companyId, loaded.redemption));
  return provider.reach === 'local' ? provider : undefined;
}

function newVoucher(
  { codes }: SagaContext,
  { companyId, redemption }: LoadedRedemption,
  { newCode }: LocalProvider,
): IssuedVoucher | undefined {
  // A pool's code is taken by the ledger, in the transaction that issues it.
  if (newCode === undefined) return undefined;
  const fresh = { code: newCode(redemption.terms?.codePrefix), externalId: undefined, expiresAt: undefined };
  return sealVoucher(codes, { companyId, redemptionId: redemption.id }, fresh);
}

function watchPool(
  { poolWatch }: SagaContext,
  { companyId, redemption }: LoadedRedemption,
  { newCode, warnBelow = 0 }: LocalProvider,
): void {
  const provider = redemption.provider?.name;
  if (newCode === undefined && provider !== undefined) poolWatch.taken({ companyId, provider }, warnBelow);
}

export function providerOf(companyId: number, { provider }: Redemption): ProviderRef {
  if (provider === undefined) throw new TypeError('A redemption with the caller’s own code has no provider to ask.');
  return { companyId, name: provider.name, version: provider.version };
}
