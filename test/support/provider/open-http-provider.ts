import {
  createHttpKind,
  readProviderConfig,
  type CallLimits,
  type HttpProviderTuning,
  type OutsideProvider,
  type ProviderCall,
  type VoucherKey,
  type VoucherProvider,
  type VoucherRequest,
} from '#vouchers';

/** Room enough on a busy machine; a test that waits for silence sets its own. */
const TIMEOUT_MS = 10_000;
export const REDEMPTION_ID = '0198f3a0-0000-7000-8000-000000000001';
export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

export interface OpenHttpProvider {
  readonly outside: OutsideProvider;
  readonly provider: VoucherProvider;
  /** What the provider told of its calls. */
  readonly told: readonly ProviderCall[];
  readonly issue: (key: string, limits?: Partial<CallLimits>) => ReturnType<VoucherProvider['issue']>;
  readonly find: (key: string, limits?: Partial<CallLimits>) => ReturnType<VoucherProvider['find']>;
  readonly cancel: (key: string, limits?: Partial<CallLimits>) => ReturnType<VoucherProvider['cancel']>;
  readonly close: () => Promise<void>;
}

/** An `http` provider as the engine opens it, with private addresses allowed unless `allowPrivate` says otherwise. */
export function openHttpProvider(
  config: Readonly<Record<string, unknown>>,
  { allowPrivate = true, ...tuning }: HttpProviderTuning & { readonly allowPrivate?: boolean } = {},
): OpenHttpProvider {
  const kinds = new Map([['http', createHttpKind(tuning)]]);
  const read = readProviderConfig('http', { timeoutMs: TIMEOUT_MS, ...config }, kinds);
  const told: ProviderCall[] = [];
  const outside = read.kind.open(read.config, {
    currency: 'EUR',
    companyId: 1,
    name: 'shop',
    allowPrivate,
    onCall: (call) => told.push(call),
  });
  if (outside.reach !== 'outside') throw new Error('An http provider is outside this process.');
  const { provider } = outside;
  const limitsOf = (limits: Partial<CallLimits> = {}): CallLimits => ({
    deadlineMs: performance.now() + TIMEOUT_MS,
    signal: new AbortController().signal,
    traceId: TRACE_ID,
    ...limits,
  });
  return {
    outside,
    provider,
    told,
    issue: (key, limits) => provider.issue(requestOf(key), limitsOf(limits)),
    find: (key, limits) => provider.find(keyOf(key), limitsOf(limits)),
    cancel: (key, limits) => provider.cancel(keyOf(key), limitsOf(limits)),
    close: async () => outside.close?.(),
  };
}

export function keyOf(providerKey: string): VoucherKey {
  return { companyId: 1, redemptionId: REDEMPTION_ID, providerKey };
}

export function requestOf(providerKey: string): VoucherRequest {
  return {
    ...keyOf(providerKey),
    customerId: 'customer-1',
    rewardOptionId: '7',
    rewardName: 'Ten off',
    points: 9_007_199_254_740_993n,
    currency: 'EUR',
    expiresAt: undefined,
    metadata: { order: 'A-1' },
  };
}
