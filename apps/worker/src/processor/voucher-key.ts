import type { LoadedRedemption } from '#ledger';
import type { OutsideProvider, VoucherKey } from '#vouchers';
import { providerOf } from './advance-redemption.js';
import type { SagaContext } from './saga-context.js';

export function voucherKeyOf({ companyId, redemption }: LoadedRedemption): VoucherKey {
  const { id: redemptionId, provider, terms } = redemption;
  return { companyId, redemptionId, providerKey: provider?.key ?? '', codePrefix: terms?.codePrefix };
}

/** The provider a redemption is bound to. @throws UnknownProviderError, ProviderConfigError */
export async function outsideProvider(
  { providers }: SagaContext,
  { companyId, redemption }: LoadedRedemption,
): Promise<OutsideProvider> {
  const provider = await providers.resolve(providerOf(companyId, redemption));
  if (provider.reach !== 'outside') throw new TypeError('A local provider is never called.');
  return provider;
}
