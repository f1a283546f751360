import type { ProviderKind, TurnText } from '../provider-kind.js';
import { httpConfigSchema, type HttpConfig } from './http-config.js';
import { HttpProvider, type HttpProviderTuning } from './http-provider.js';
import { refusalsOfAddress } from './outgoing-connector.js';

/** Any service with the contract of design §5. Its headers' values are sealed in the database: they are keys to somebody's money. */
export const httpKind: ProviderKind<HttpConfig> = createHttpKind();

/** The same with another pace or another resolver, for tests. */
export function createHttpKind(tuning: HttpProviderTuning = {}): ProviderKind<HttpConfig> {
  return {
    configSchema: httpConfigSchema,
    capabilities: ({ idempotent, canLookup, canCancel }) => ({ idempotent, canLookup, canCancel }),
    open: (config, surroundings) => {
      const provider = new HttpProvider(config, plainHeaders(config), surroundings, tuning);
      const { timeoutMs, concurrency, ratePerSecond } = config;
      return {
        reach: 'outside',
        provider,
        timeoutMs,
        currency: surroundings.currency,
        concurrency,
        ratePerSecond,
        condition: () => provider.condition,
        close: () => provider.close(),
      };
    },
    refusals: (config, { allowPrivate }) => {
      const refused = Object.values(config.headers).some((value) => typeof value !== 'string');
      const sealed = refused
        ? ['headers: a value must be a text; sealed ones are only read back from the database']
        : [];
      return [
        ...sealed,
        ...(allowPrivate ? [] : refusalsOfAddress(new URL(config.baseUrl))).map((text) => `baseUrl: ${text}`),
      ];
    },
    seal: (config, encrypt) => ({
      ...config,
      headers: mapHeaders(config, (value) => (typeof value === 'string' ? { sealed: encrypt(value) } : value)),
    }),
    unseal: (config, decrypt) => ({ ...config, headers: openHeaders(config, decrypt) }),
    meansSame: (bound, later) => bound.baseUrl === later.baseUrl,
  };
}

type HeaderValue = HttpConfig['headers'][string];

function mapHeaders<To>({ headers }: HttpConfig, turn: (value: HeaderValue) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, turn(value)]));
}

function openHeaders(config: HttpConfig, decrypt: TurnText): Record<string, string> {
  return mapHeaders(config, (value) => (typeof value === 'string' ? value : decrypt(value.sealed)));
}

function plainHeaders(config: HttpConfig): Record<string, string> {
  return openHeaders(config, () => {
    throw new TypeError('An http provider was opened with sealed headers; unseal its configuration first.');
  });
}
