import { z } from 'zod';
import { generatedKind } from './generated/generated-kind.js';
import type { ProviderKind } from './provider-kind.js';

/** Every kind there is, by the name that stands in `voucher_provider.kind`. */
export const providerKinds: ReadonlyMap<string, ProviderKind> = new Map<string, ProviderKind>([
  ['generated', generatedKind as ProviderKind],
]);

/** A kind or a configuration that cannot be used. The message says what is wrong, and never repeats a value. */
export class ProviderConfigError extends Error {
  override readonly name = 'ProviderConfigError';
}

/**
 * Reads a provider's configuration as its kind demands, defaults filled in.
 * @throws ProviderConfigError
 */
export function readProviderConfig(
  kind: string,
  config: unknown,
  kinds: ReadonlyMap<string, ProviderKind> = providerKinds,
): { readonly kind: ProviderKind; readonly config: unknown } {
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

function describe(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'config'}: ${issue.message}`).join('; ');
}
