import type { ProviderKind } from '../provider-kind.js';
import { refusalsOfSetting } from '../outgoing/outgoing-config.js';
import { OutgoingLine, type OutgoingTuning } from '../outgoing/outgoing-line.js';
import { outsideProviderOn } from '../outgoing/outside-provider.js';
import { MUST_BE_PLAIN, openSecretText, plainSecretText, sealSecretText } from '../outgoing/secret-setting.js';
import { yotpoCallbackConfigSchema, type YotpoCallbackConfig } from './yotpo-callback-config.js';
import { YotpoCallbackProvider } from './yotpo-callback-provider.js';

/**
 * The shop's own *Create Coupons* and *Cancel Coupons* addresses, as Yotpo Loyalty calls them in its "redemptions via API": a shop that
 * has them keeps them. The codes are made on this side; there is no call that finds one.
 */
export const yotpoCallbackKind: ProviderKind<YotpoCallbackConfig> = createYotpoCallbackKind();

/** The same with another pace or another resolver, for tests. */
export function createYotpoCallbackKind(tuning: OutgoingTuning = {}): ProviderKind<YotpoCallbackConfig> {
  return {
    configSchema: yotpoCallbackConfigSchema,
    capabilities: ({ idempotent, cancelUrl }) => ({ idempotent, canLookup: false, canCancel: cancelUrl !== undefined }),
    open: (config, surroundings) => {
      const { companySecret } = surroundings;
      if (companySecret === undefined) throw new TypeError('A yotpo-callback provider needs the company’s secret.');
      const origins = addressesOf(config).map(([, address]) => new URL(address).origin);
      const line = new OutgoingLine({ ...config, origins }, surroundings, tuning);
      const secrets = { apiSecret: plainSecretText(config.apiSecret), codeSecret: companySecret() };
      return outsideProviderOn(line, new YotpoCallbackProvider(line, config, secrets), config, surroundings);
    },
    refusals: (config, policy) => [
      ...(typeof config.apiSecret === 'string' ? [] : [`apiSecret: ${MUST_BE_PLAIN}`]),
      ...addressesOf(config).flatMap(([name, address]) => refusalsOfSetting(name, address, policy)),
    ],
    seal: (config, encrypt) => ({ ...config, apiSecret: sealSecretText(config.apiSecret, encrypt) }),
    unseal: (config, decrypt) => ({ ...config, apiSecret: openSecretText(config.apiSecret, decrypt) }),
    // The prefix is part of the codes, and a coupon can only be cancelled under the code it was created with.
    meansSame: (bound, later) =>
      bound.createUrl === later.createUrl && bound.cancelUrl === later.cancelUrl && bound.prefix === later.prefix,
  };
}

function addressesOf({ createUrl, cancelUrl }: YotpoCallbackConfig): readonly (readonly [string, string])[] {
  return [['createUrl', createUrl] as const, ...(cancelUrl === undefined ? [] : [['cancelUrl', cancelUrl] as const])];
}
