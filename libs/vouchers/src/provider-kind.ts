import type { z } from 'zod';
import type { VoucherProvider } from './voucher-provider.js';

/** What a redemption remembers for ever of the provider it is bound to. */
export interface ProviderCapabilities {
  /** The same key again never makes a second voucher. */
  readonly idempotent: boolean;
  readonly canLookup: boolean;
  readonly canCancel: boolean;
}

/** Codes are made in this process; issuing and voiding are events of ours. */
export interface LocalProvider {
  readonly reach: 'local';
  newCode(): string;
}

/** Somebody outside issues the vouchers. */
export interface OutsideProvider {
  readonly reach: 'outside';
  readonly provider: VoucherProvider;
  /** How long one call may take. */
  readonly timeoutMs: number;
  /** The company's currency, which the provider is told. */
  readonly currency: string;
}

export type ConfiguredProvider = LocalProvider | OutsideProvider;

/** One kind of provider: how its `config` reads, what it can do, and how it is made from its configuration. */
export interface ProviderKind<Config = unknown> {
  readonly configSchema: z.ZodType<Config>;
  capabilities(config: Config): ProviderCapabilities;
  open(config: Config, company: { readonly currency: string }): ConfiguredProvider;
}
