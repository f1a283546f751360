import type { OutsideProvider, ProviderSurroundings } from '../provider-kind.js';
import type { VoucherProvider } from '../voucher-provider.js';
import type { OutgoingLine } from './outgoing-line.js';

interface CallSettings {
  readonly timeoutMs: number;
  readonly concurrency?: number | undefined;
  readonly ratePerSecond?: number | undefined;
}

/** A provider on a line of its own, as the saga takes it. */
export function outsideProviderOn(
  line: OutgoingLine,
  provider: VoucherProvider,
  { timeoutMs, concurrency, ratePerSecond }: CallSettings,
  { currency }: ProviderSurroundings,
): OutsideProvider {
  return {
    reach: 'outside',
    provider,
    timeoutMs,
    currency,
    concurrency,
    ratePerSecond,
    condition: () => line.condition,
    close: () => line.close(),
  };
}
