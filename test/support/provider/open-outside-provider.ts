import {
  createHttpKind,
  createYotpoCallbackKind,
  readProviderConfig,
  type CallLimits,
  type OutgoingTuning,
  type OutsideProvider,
  type ProviderCall,
  type ProviderKind,
  type VoucherKey,
  type VoucherProvider,
  type VoucherRequest,
} from '#vouchers';

/** Room enough on a busy machine; a test that waits for silence sets its own. */
const TIMEOUT_MS = 10_000;
export const REDEMPTION_ID = '0198f3a0-0000-7000-8000-000000000001';
export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

export interface OpenOutsideProvider {
  readonly outside: OutsideProvider;
  readonly provider: VoucherProvider;
  /** What the provider told of its calls. */
  readonly told: readonly ProviderCall[];
  readonly issue: (
    key: string,
    limits?: Partial<CallLimits>,
    change?: Partial<VoucherRequest>,
  ) => ReturnType<VoucherProvider['issue']>;
  readonly find: (key: string, limits?: Partial<CallLimits>) => ReturnType<VoucherProvider['find']>;
  readonly cancel: (key: string, limits?: Partial<CallLimits>) => ReturnType<VoucherProvider['cancel']>;
  readonly close: () => Promise<void>;
}

type OpenTuning = OutgoingTuning & { readonly allowPrivate?: boolean };

/** An `http` provider as the engine opens it, with private addresses allowed unless `allowPrivate` says otherwise. */
export function openHttpProvider(
  config: Readonly<Record<string, unknown>>,
  { allowPrivate = true, ...tuning }: OpenTuning = {},
): OpenOutsideProvider {
  return open('http', createHttpKind(tuning), config, allowPrivate);
}

/** The secret of the company whose provider is opened here. */
export const COMPANY_SECRET = Buffer.alloc(32, 7);

/** The same for one of kind `yotpo-callback`. */
export function openCallbackProvider(
  config: Readonly<Record<string, unknown>>,
  { allowPrivate = true, ...tuning }: OpenTuning = {},
): OpenOutsideProvider {
  return open('yotpo-callback', createYotpoCallbackKind(tuning), config, allowPrivate);
}

function open<Config>(
  name: string,
  kind: ProviderKind<Config>,
  config: Readonly<Record<string, unknown>>,
  allowPrivate: boolean,
): OpenOutsideProvider {
  const read = readProviderConfig(name, { timeoutMs: TIMEOUT_MS, ...config }, new Map([[name, kind]]));
  const told: ProviderCall[] = [];
  const outside = read.kind.open(read.config, {
    currency: 'EUR',
    companyId: 1,
    name: 'shop',
    allowPrivate,
    onCall: (call) => told.push(call),
    companySecret: () => COMPANY_SECRET,
  });
  if (outside.reach !== 'outside') throw new Error(`A provider of kind ${name} is outside this process.`);
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
    issue: (key, limits, change) => provider.issue({ ...requestOf(key), ...change }, limitsOf(limits)),
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
    discount: { type: 'fixed_amount', value: '12.5' },
    customerEmail: 'ann@example.com',
  };
}
