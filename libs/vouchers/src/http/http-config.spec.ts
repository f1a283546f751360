import { describe, expect, it } from '@jest/globals';
import { KeyRing, SealBrokenError } from '#platform';
import {
  acceptProviderConfig,
  ProviderConfigError,
  readProviderConfig,
  sealProviderConfig,
  unsealProviderConfig,
} from '../provider-kinds.js';

const PUBLIC = { allowPrivate: false };
const PRIVATE = { allowPrivate: true };
const SECRET = 'Bearer canary-7f3a';
const baseUrl = 'https://vouchers.example.com/v1';

function refusal(config: unknown, policy = PUBLIC): string {
  try {
    acceptProviderConfig('http', config, policy);
  } catch (error) {
    if (error instanceof ProviderConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('The configuration of an http provider', () => {
  it('has defaults for all but the address', () => {
    expect(readProviderConfig('http', { baseUrl: `${baseUrl}//` }).config).toEqual({
      baseUrl,
      timeoutMs: 5_000,
      headers: {},
      idempotent: true,
      canLookup: true,
      canCancel: true,
    });
  });

  it('tells what the provider can do', () => {
    const { kind, config } = readProviderConfig('http', { baseUrl, idempotent: false, canCancel: false });
    expect(kind.capabilities(config)).toEqual({ idempotent: false, canLookup: true, canCancel: false });
  });

  it.each([
    ['no address', {}, /baseUrl/],
    ['another protocol', { baseUrl: 'ftp://example.com' }, /baseUrl: must be an address/],
    ['a user in the address', { baseUrl: 'https://me:canary-7f3a@example.com' }, /must not hold a user or password/],
    ['a query', { baseUrl: 'https://example.com/?key=canary-7f3a' }, /query/],
    ['a fragment', { baseUrl: 'https://example.com/#' }, /fragment/],
    ['no time', { baseUrl, timeoutMs: 0 }, /timeoutMs: must be a whole number from 10/],
    ['half a call', { baseUrl, concurrency: 1.5 }, /concurrency/],
    ['no rate', { baseUrl, ratePerSecond: 0 }, /ratePerSecond/],
    ['an unknown setting', { baseUrl, retries: 3 }, /retries/],
    [
      'a header that ends the line',
      { baseUrl, headers: { authorization: 'canary-7f3a\r\nx: y' } },
      /headers\.authorization/,
    ],
    [
      'a header of ours',
      { baseUrl, headers: { 'Idempotency-Key': 'canary-7f3a' } },
      /header 1 is one that the engine sets/,
    ],
    ['the host', { baseUrl, headers: { HOST: 'internal' } }, /header 1 is one that the engine sets/],
    ['a header without a name', { baseUrl, headers: { 'canary-7f3a x': '1' } }, /header 1 has a name that is none/],
    ['a header twice', { baseUrl, headers: { 'x-a': '1', 'X-A': '2' } }, /twice/],
    [
      'a sealed header',
      { baseUrl, headers: { 'x-a': { sealed: '1:canary-7f3a' } } },
      /headers: a value must be a text/,
    ],
  ])('is refused with %s', (_, config, message) => {
    expect(refusal(config)).toMatch(message);
    expect(refusal(config)).not.toContain('canary-7f3a');
  });

  it.each([
    'http://vouchers.example.com',
    'https://127.0.0.1',
    'https://127.1',
    'https://0x7f000001',
    'https://0177.0.0.1',
    'https://2130706433',
    'https://10.1.2.3:8443',
    'https://[::1]',
    'https://[::ffff:10.0.0.1]',
    'https://[64:ff9b::a00:1]',
    'https://[2002:a00:1::]',
    'https://[fe80::1]',
    'https://[::]',
    'https://169.254.169.254/latest',
    'https://vouchers.example.com:22',
  ])('may point to %s only where private addresses are allowed', (address) => {
    expect(refusal({ baseUrl: address })).toMatch(/baseUrl: /);
    expect(refusal({ baseUrl: address }, PRIVATE)).toBe('accepted');
  });

  it.each([baseUrl, 'https://8.8.8.8', 'https://[2606:4700::1111]:8443/x'])('may point to %s', (address) => {
    expect(refusal({ baseUrl: address })).toBe('accepted');
  });

  it('is stored with its headers sealed, and opens for its own provider alone', () => {
    const ring = KeyRing.parse(`1:${'00112233445566778899aabbccddeeff'.repeat(2)}`);
    const owner = { companyId: 7, name: 'shop' };
    const read = acceptProviderConfig('http', { baseUrl, headers: { Authorization: SECRET } }, PUBLIC);
    const stored = JSON.parse(JSON.stringify(sealProviderConfig(read, ring, owner))) as unknown;
    expect(JSON.stringify(stored)).not.toContain('canary');
    const again = readProviderConfig('http', stored);
    expect(unsealProviderConfig(again, ring, owner).config).toEqual(read.config);
    expect(read.config).toMatchObject({ headers: { authorization: SECRET } });
    expect(() => unsealProviderConfig(again, ring, { ...owner, companyId: 8 })).toThrow(SealBrokenError);
    expect(() => again.kind.open(again.config, { currency: 'EUR' })).toThrow(/sealed secrets/);
  });
});
