import type { z } from 'zod';
import type { VoucherProvider } from './voucher-provider.js';

/** What a redemption remembers for ever of the provider it is bound to. */
export interface ProviderCapabilities {
  /** The same key again never makes a second voucher. */
  readonly idempotent: boolean;
  readonly canLookup: boolean;
  readonly canCancel: boolean;
}

/** No call leaves the process: issuing and voiding are events of ours. */
export interface LocalProvider {
  readonly reach: 'local';
  /** Makes a code, with a prefix other than the provider's own where one is given; undefined where the ledger takes it from the company's pool. */
  readonly newCode: ((prefix?: string) => string) | undefined;
  /** Of a pool: a warning is due when fewer codes are left; 0 or absent: never. */
  readonly warnBelow?: number;
}

/** Somebody outside issues the vouchers. */
export interface OutsideProvider {
  readonly reach: 'outside';
  readonly provider: VoucherProvider;
  /** How long one call may take. */
  readonly timeoutMs: number;
  /** The company's currency, which the provider is told. */
  readonly currency: string;
  /** Calls that one process has under way at once; those above it wait. */
  readonly concurrency?: number | undefined;
  /** Calls a second that all processes together may make; whoever hands out the work sees to it. */
  readonly ratePerSecond?: number | undefined;
  /** How it goes at this moment, where the kind knows. */
  readonly condition?: () => ProviderCondition;
  /** Lets the calls under way end and its connections go. */
  readonly close?: () => Promise<void>;
}

/** `open`: calls are not sent for a while, since most of the last ones failed; `half_open`: one call is trying. */
export type BreakerState = 'closed' | 'half_open' | 'open';

export interface ProviderCondition {
  readonly breaker: BreakerState;
  /** True while a call would be turned away unsent: a new attempt is not worth putting on record. */
  readonly isShut: boolean;
  readonly inFlight: number;
  readonly waiting: number;
}

/** One call to a provider as metrics and logs may tell of it: no code, no key, no header. */
export interface ProviderCall {
  readonly companyId: number;
  readonly provider: string;
  readonly call: 'issue' | 'find' | 'cancel';
  readonly outcome: 'issued' | 'declined' | 'used' | 'cancelled' | 'void' | 'not_found' | 'unknown' | 'not_sent';
  /** What lies behind an outcome that is not clear: a word of the kind's, or the HTTP status. */
  readonly cause: string | undefined;
  readonly redemptionId: string;
  readonly durationMs: number;
}

export type ConfiguredProvider = LocalProvider | OutsideProvider;

/** What a provider is opened with besides its configuration. */
export interface ProviderSurroundings {
  /** The company's, ISO 4217. */
  readonly currency: string;
  readonly companyId?: number;
  /** The provider's name at its company. */
  readonly name?: string;
  /** Whether it may lie at an address that is not public, or be spoken to without TLS. Unset: no. */
  readonly allowPrivate?: boolean;
  readonly onCall?: ((call: ProviderCall) => void) | undefined;
  /** The company's, which never changes: for kinds that make the same code again whenever they are asked. @throws SealBrokenError */
  readonly companySecret?: (() => Uint8Array) | undefined;
}

/** Encrypts a text under the company's key, or decrypts it. */
export type TurnText = (text: string) => string;

/** One kind of provider: how its `config` reads, what it can do, and how it is made from its configuration. */
export interface ProviderKind<Config = unknown> {
  /** Reads what a person wrote, and what was stored. */
  readonly configSchema: z.ZodType<Config>;
  capabilities(config: Config): ProviderCapabilities;
  open(config: Config, surroundings: ProviderSurroundings): ConfiguredProvider;
  /**
   * Why a configuration that can be read may not be taken from a person: one message for each reason, none when it may. It is not asked
   * of stored ones, since the settings may have changed.
   */
  refusals?(config: Config, policy: { readonly allowPrivate: boolean }): readonly string[];
  /** The secrets in it encrypted, as it is stored; absent where it has none. */
  seal?(config: Config, encrypt: TurnText): Config;
  /** The reverse. */
  unseal?(config: Config, decrypt: TurnText): Config;
  /**
   * Whether a redemption bound to one version may be served with a later one: only where both mean the same provider. Absent: never.
   */
  meansSame?(bound: Config, later: Config): boolean;
}
