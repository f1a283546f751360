import type { Span, Tracer } from '#platform/tracing';
import type {
  CallLimits,
  ConfiguredProvider,
  OutsideProvider,
  ProviderRef,
  ProviderRegistry,
  VoucherKey,
  VoucherProvider,
} from '#vouchers';

/** Providers whose calls are spans; what they are told to be part of is that span. Made only where traces are. */
export class TracedProviders {
  /** A provider stays one object, since others remember it by that. */
  private readonly traced = new WeakMap<OutsideProvider, OutsideProvider>();

  constructor(
    private readonly providers: Pick<ProviderRegistry, 'resolve'>,
    private readonly tracer: Tracer,
  ) {}

  async resolve(ref: ProviderRef): Promise<ConfiguredProvider> {
    const provider = await this.providers.resolve(ref);
    if (provider.reach !== 'outside') return provider;
    const known = this.traced.get(provider);
    if (known !== undefined) return known;
    const traced = { ...provider, provider: this.traceCalls(provider.provider, ref) };
    this.traced.set(provider, traced);
    return traced;
  }

  private traceCalls(provider: VoucherProvider, ref: ProviderRef): VoucherProvider {
    return {
      issue: (request, limits) => this.call('issue', ref, request, limits, (within) => provider.issue(request, within)),
      find: (key, limits) => this.call('find', ref, key, limits, (within) => provider.find(key, within)),
      cancel: (key, limits) => this.call('cancel', ref, key, limits, (within) => provider.cancel(key, within)),
    };
  }

  private call<Outcome extends { readonly kind: string }>(
    name: string,
    { companyId, name: provider }: ProviderRef,
    { redemptionId }: VoucherKey,
    limits: CallLimits,
    ask: (limits: CallLimits) => Promise<Outcome>,
  ): Promise<Outcome> {
    const attributes = {
      'holdfast.company': companyId,
      'holdfast.provider': provider,
      'holdfast.redemption': redemptionId,
    };
    const start = { traceId: limits.traceId, kind: 'client', attributes } as const;
    return this.tracer.within(`provider ${name}`, start, async (span: Span) => {
      const outcome = await ask({ ...limits, traceId: span.traceId, spanId: span.spanId });
      span.end({ failed: outcome.kind === 'unknown', attributes: { 'holdfast.outcome': outcome.kind } });
      return outcome;
    });
  }
}
