import type { ProviderKind } from '../provider-kind.js';
import { refusalsOfSetting } from '../outgoing/outgoing-config.js';
import { OutgoingLine, type OutgoingTuning } from '../outgoing/outgoing-line.js';
import { outsideProviderOn } from '../outgoing/outside-provider.js';
import { MUST_BE_PLAIN, openSecretText, plainSecretText, sealSecretText } from '../outgoing/secret-setting.js';
import { httpConfigSchema, type HttpConfig } from './http-config.js';
import { HttpProvider } from './http-provider.js';

/** Any service with the contract of design §5. Its headers' values are sealed in the database: they are keys to somebody's money. */
export const httpKind: ProviderKind<HttpConfig> = createHttpKind();

/** The same with another pace or another resolver, for tests. */
export function createHttpKind(tuning: OutgoingTuning = {}): ProviderKind<HttpConfig> {
  return {
    configSchema: httpConfigSchema,
    capabilities: ({ idempotent, canLookup, canCancel }) => ({ idempotent, canLookup, canCancel }),
    open: (config, surroundings) => {
      const line = new OutgoingLine({ ...config, origins: [new URL(config.baseUrl).origin] }, surroundings, tuning);
      const provider = new HttpProvider(line, config, mapHeaders(config, plainSecretText));
      return outsideProviderOn(line, provider, config, surroundings);
    },
    refusals: (config, policy) => {
      const isSealed = Object.values(config.headers).some((value) => typeof value !== 'string');
      return [
        ...(isSealed ? [`headers: a value ${MUST_BE_PLAIN}`] : []),
        ...refusalsOfSetting('baseUrl', config.baseUrl, policy),
      ];
    },
    seal: (config, encrypt) => ({ ...config, headers: mapHeaders(config, (value) => sealSecretText(value, encrypt)) }),
    unseal: (config, decrypt) => ({
      ...config,
      headers: mapHeaders(config, (value) => openSecretText(value, decrypt)),
    }),
    meansSame: (bound, later) => bound.baseUrl === later.baseUrl,
  };
}

type HeaderValue = HttpConfig['headers'][string];

function mapHeaders<To>({ headers }: HttpConfig, turn: (value: HeaderValue) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, turn(value)]));
}
