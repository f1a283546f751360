import type { Effect } from '../../support/provider/index.js';

export interface ProvidersVoucher {
  readonly code: string;
  state: 'valid' | 'cancelled' | 'used';
}

/** What the provider did about one key, from its own log of effects. */
export interface ProvidersKey {
  readonly vouchers: ProvidersVoucher[];
  /** When it first took something back, or promised never to issue; undefined where it never did. */
  firstCancelMs: number | undefined;
}

export function readProvider(effects: readonly Effect[]): ReadonlyMap<string, ProvidersKey> {
  const keys = new Map<string, ProvidersKey>();
  for (const { key, effect, code, at } of effects) {
    const known = keys.get(key) ?? { vouchers: [], firstCancelMs: undefined };
    keys.set(key, known);
    if (effect === 'issued') known.vouchers.push({ code: code ?? '', state: 'valid' });
    if (effect === 'cancelled' || effect === 'used') {
      const valid = known.vouchers.find((voucher) => voucher.code === code && voucher.state === 'valid');
      if (valid !== undefined) valid.state = effect;
    }
    if (effect === 'cancelled' || effect === 'tombstoned') known.firstCancelMs ??= Date.parse(at);
  }
  return keys;
}

export function usableVouchers(key: ProvidersKey | undefined): readonly ProvidersVoucher[] {
  return key?.vouchers.filter(({ state }) => state !== 'cancelled') ?? [];
}
