import { describe, expect, it } from '@jest/globals';
import { hasValidCheckCharacter } from '#platform';
import { localProviderContract } from '../../../test/contract-suites/local-provider.contract.js';
import type { LocalProvider } from './provider-kind.js';
import { ProviderConfigError, readProviderConfig } from './provider-kinds.js';

function openGenerated(config: unknown): LocalProvider {
  const read = readProviderConfig('generated', config);
  const opened = read.kind.open(read.config, { currency: 'EUR' });
  if (opened.reach !== 'local') throw new Error('Generated codes are made in this process.');
  return opened;
}

localProviderContract('generated', () => openGenerated({ prefix: 'ACME' }));

describe('A provider’s configuration', () => {
  it('puts the company’s prefix in front of generated codes', () => {
    const code = openGenerated({ prefix: 'ACME' }).newCode?.() ?? '';
    expect(code).toMatch(/^ACME-/);
    expect(hasValidCheckCharacter(code)).toBe(true);
    expect(openGenerated({}).newCode?.()).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-/);
  });

  it.each([
    ['a prefix that is not allowed', 'generated', { prefix: 'acme' }],
    ['a setting that does not exist', 'generated', { prefx: 'ACME' }],
    ['no object', 'generated', null],
    ['a kind that does not exist', 'carrier-pigeon', {}],
  ])('is refused with %s', (_, kind, config) => {
    expect(() => readProviderConfig(kind, config)).toThrow(ProviderConfigError);
  });

  it('tells what a kind can do', () => {
    const { kind, config } = readProviderConfig('generated', {});
    expect(kind.capabilities(config)).toEqual({ idempotent: true, canLookup: true, canCancel: true });
  });
});
