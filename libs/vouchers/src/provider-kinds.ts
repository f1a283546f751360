import type { z } from 'zod';
import { openText, sealText, type KeyRing } from '#platform';
import { generatedKind } from './generated/generated-kind.js';
import { httpKind } from './http/http-kind.js';
import { poolKind } from './pool/pool-kind.js';
import type { ProviderKind } from './provider-kind.js';
import { yotpoCallbackKind } from './yotpo-callback/yotpo-callback-kind.js';

/** Every kind there is, by the name that stands in `voucher_provider.kind`. */
export const providerKinds: ReadonlyMap<string, ProviderKind> = new Map<string, ProviderKind>([
  ['generated', generatedKind],
  ['pool', poolKind],
  ['http', httpKind],
  ['yotpo-callback', yotpoCallbackKind],
]);

/** A kind or a configuration that cannot be used. The message says what is wrong, and never repeats a value. */
export class ProviderConfigError extends Error {
  override readonly name = 'ProviderConfigError';
}

/** A configuration with the kind that read it. */
export interface ReadProviderConfig {
  readonly kind: ProviderKind;
  readonly config: unknown;
}

/** Whose configuration it is: its secrets open for nobody else. */
export interface ProviderOwner {
  readonly companyId: number;
  readonly name: string;
}

/**
 * Reads a provider's configuration as its kind demands, defaults filled in.
 * @throws ProviderConfigError
 */
export function readProviderConfig(
  kind: string,
  config: unknown,
  kinds: ReadonlyMap<string, ProviderKind> = providerKinds,
): ReadProviderConfig {
  const known = kinds.get(kind);
  if (known === undefined) {
    throw new ProviderConfigError(
      `There is no voucher provider of kind "${kind}"; use one of ${[...kinds.keys()].join(', ')}.`,
    );
  }
  const read = known.configSchema.safeParse(config);
  if (!read.success) {
    throw new ProviderConfigError(`The voucher provider's config can't be used: ${describe(read.error)}`);
  }
  return { kind: known, config: read.data };
}

/** What every new company begins with, its default. */
export const standardProvider = {
  name: 'generated',
  kind: 'generated',
  config: readProviderConfig('generated', {}).config,
} as const;

/**
 * Reads what a person wants a provider to be, which has more rules than reading it back: it may not point where requests may not go.
 * @param allowPrivate the setting `OUTGOING_ALLOW_PRIVATE`.
 * @throws ProviderConfigError
 */
export function acceptProviderConfig(
  kind: string,
  config: unknown,
  policy: { readonly allowPrivate: boolean },
  kinds: ReadonlyMap<string, ProviderKind> = providerKinds,
): ReadProviderConfig {
  const read = readProviderConfig(kind, config, kinds);
  const refusals = read.kind.refusals?.(read.config, policy) ?? [];
  if (refusals.length === 0) return read;
  throw new ProviderConfigError(`The voucher provider's config can't be used: ${refusals.join('; ')}`);
}

/** The configuration as it is stored: its secrets encrypted. Every call draws new nonces, so equal ones are stored as different texts. */
export function sealProviderConfig({ kind, config }: ReadProviderConfig, ring: KeyRing, owner: ProviderOwner): unknown {
  return kind.seal === undefined ? config : kind.seal(config, (text) => sealText(ring, textOwner(owner), text));
}

/** The reverse: the configuration with its secrets in the clear. @throws SealBrokenError */
export function unsealProviderConfig(
  { kind, config }: ReadProviderConfig,
  ring: KeyRing,
  owner: ProviderOwner,
): ReadProviderConfig {
  if (kind.unseal === undefined) return { kind, config };
  return { kind, config: kind.unseal(config, (sealed) => openText(ring, textOwner(owner), sealed)) };
}

function textOwner({ companyId, name }: ProviderOwner) {
  return { purpose: 'provider-config', owner: `${companyId}:${name}` };
}

function describe(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'config'}: ${issue.message}`).join('; ');
}
