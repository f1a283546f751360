import { describe, expect, it } from '@jest/globals';
import { KeyRing } from '#platform';
import {
  acceptProviderConfig,
  ProviderConfigError,
  readProviderConfig,
  sealProviderConfig,
  unsealProviderConfig,
} from '../provider-kinds.js';

const KIND = 'yotpo-callback';
const PUBLIC = { allowPrivate: false };
const createUrl = 'https://shop.example.com/coupons/create';
const cancelUrl = 'https://functions.example.net/cancel';
const apiSecret = 'canary-7f3a';

function refusal(config: unknown): string {
  try {
    acceptProviderConfig(KIND, config, PUBLIC);
  } catch (error) {
    if (error instanceof ProviderConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('The configuration of a yotpo-callback provider', () => {
  it('has defaults for all but the addresses and the secret', () => {
    expect(readProviderConfig(KIND, { createUrl, cancelUrl, apiSecret }).config).toEqual({
      createUrl,
      cancelUrl,
      apiSecret,
      secretField: 'secret',
      prefix: '',
      idempotent: true,
      timeoutMs: 5_000,
    });
  });

  it('tells what the shop can do: never find, cancel only where there is an address for it', () => {
    const can = (config: object) => {
      const { kind, config: read } = readProviderConfig(KIND, { createUrl, apiSecret, ...config });
      return kind.capabilities(read);
    };
    expect(can({ cancelUrl })).toEqual({ idempotent: true, canLookup: false, canCancel: true });
    expect(can({ idempotent: false })).toEqual({ idempotent: false, canLookup: false, canCancel: false });
  });

  it.each([
    ['no address', { cancelUrl, apiSecret }, /createUrl/],
    ['no secret', { createUrl }, /apiSecret/],
    ['a secret that ends the line', { createUrl, apiSecret: 'canary-7f3a\r\nx: y' }, /apiSecret/],
    ['a sealed secret', { createUrl, apiSecret: { sealed: '1:canary-7f3a' } }, /apiSecret: must be a text/],
    ['a query', { createUrl: `${createUrl}?key=canary-7f3a`, apiSecret }, /createUrl: must not have a query/],
    [
      'an address inside',
      { createUrl, cancelUrl: 'https://10.0.0.1/x', apiSecret },
      /cancelUrl: must be an address on/,
    ],
    ['a secret under the code’s name', { createUrl, apiSecret, secretField: 'coupon_code' }, /secretField: is a field/],
    ['a prefix that can’t be typed', { createUrl, apiSecret, prefix: 'ten-off' }, /prefix/],
    ['an unknown setting', { createUrl, apiSecret, baseUrl: createUrl }, /baseUrl/],
  ])('is refused with %s', (_, config, message) => {
    expect(refusal(config)).toMatch(message);
    expect(refusal(config)).not.toContain('canary-7f3a');
  });

  it('is stored with its secret sealed', () => {
    const ring = KeyRing.parse(`1:${'00112233445566778899aabbccddeeff'.repeat(2)}`);
    const owner = { companyId: 7, name: 'shop' };
    const read = acceptProviderConfig(KIND, { createUrl, apiSecret }, PUBLIC);
    const stored = JSON.parse(JSON.stringify(sealProviderConfig(read, ring, owner))) as unknown;
    expect(JSON.stringify(stored)).not.toContain('canary');
    const again = readProviderConfig(KIND, stored);
    expect(unsealProviderConfig(again, ring, owner).config).toEqual(read.config);
    const companySecret = () => new Uint8Array(32);
    expect(() => again.kind.open(again.config, { currency: 'EUR', companySecret })).toThrow(/sealed secrets/);
  });

  it('means the same shop only with the same addresses and the same prefix, since a coupon is known by its code', () => {
    const { kind, config } = readProviderConfig(KIND, { createUrl, cancelUrl, apiSecret });
    const means = (change: object) => {
      const later = readProviderConfig(KIND, { createUrl, cancelUrl, apiSecret, ...change }).config;
      return kind.meansSame?.(config, later);
    };
    expect(means({ apiSecret: 'another', timeoutMs: 900, secretField: 'key' })).toBe(true);
    expect(means({ prefix: 'NEW' })).toBe(false);
    expect(means({ cancelUrl: `${cancelUrl}/2` })).toBe(false);
    expect(means({ createUrl: `${createUrl}/2` })).toBe(false);
  });
});
