import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deriveVoucherCode, generateVoucherCode, hasValidCheckCharacter } from './generated-code.js';

const ALPHABET = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'];
const anyPrefix = fc.string({ unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'), maxLength: 16 });
const anyGenerated = anyPrefix.map((prefix) => ({ prefix, code: generateVoucherCode(prefix) }));

/** Where the seventeen symbols of a code stand in its text, the check character last. */
function symbolPositions(prefix: string, code: string): number[] {
  const start = prefix === '' ? 0 : prefix.length + 1;
  return [...code].flatMap((symbol, index) => (index >= start && symbol !== '-' ? [index] : []));
}

function replaced(code: string, at: number, symbol: string): string {
  return code.slice(0, at) + symbol + code.slice(at + 1);
}

describe('A generated voucher code', () => {
  it('is written in groups, without letters that look like others', () => {
    expect(generateVoucherCode('HF')).toMatch(/^HF(-[0-9A-HJKMNP-TV-Z]{4}){4}-[0-9A-HJKMNP-TV-Z]$/);
    expect(generateVoucherCode('')).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]$/);
  });

  it('passes its own check', () => {
    fc.assert(fc.property(anyGenerated, ({ code }) => hasValidCheckCharacter(code)));
  });

  it('fails the check after any single substitution', () => {
    fc.assert(
      fc.property(anyGenerated, ({ prefix, code }) => {
        for (const at of symbolPositions(prefix, code)) {
          for (const symbol of ALPHABET.filter((candidate) => candidate !== code[at])) {
            expect(hasValidCheckCharacter(replaced(code, at, symbol))).toBe(false);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('fails the check after any two different symbols change places, neighbours or not', () => {
    fc.assert(
      fc.property(anyGenerated, ({ prefix, code }) => {
        const positions = symbolPositions(prefix, code);
        for (const [index, first] of positions.entries()) {
          for (const second of positions.slice(index + 1)) {
            const swapped = replaced(replaced(code, first, code.charAt(second)), second, code.charAt(first));
            expect(hasValidCheckCharacter(swapped)).toBe(swapped === code);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('never comes twice in fifty thousand, and uses every symbol in every place', () => {
    const codes = Array.from({ length: 50_000 }, () => generateVoucherCode(''));
    expect(new Set(codes).size).toBe(codes.length);
    for (const at of symbolPositions('', codes[0] ?? '')) {
      expect(new Set(codes.map((code) => code[at])).size).toBe(32);
    }
  });

  it('refuses a prefix that would not fit', () => {
    for (const prefix of ['hf', 'A-B', 'ABCDEFGHIJKLMNOPQ', 'Ä']) {
      expect(() => generateVoucherCode(prefix)).toThrow(RangeError);
    }
  });

  it.each([
    '',
    'HF',
    'HF-0000-0000-0000-0000',
    'HF-0000-0000-0000-0000-1',
    'hf-0000-0000-0000-0000-0',
    '0000 0000 0000 0000 0',
  ])('%j is none', (text) => {
    expect(hasValidCheckCharacter(text)).toBe(false);
  });
});

describe('A derived voucher code', () => {
  const secret = new Uint8Array(32).fill(1);

  it('is the same for the same text for ever, and another under another secret', () => {
    expect(deriveVoucherCode('HF', secret, 'key-1')).toBe('HF-ZGQF-4W5S-9FW1-H2DY-J');
    expect(deriveVoucherCode('HF', new Uint8Array(32).fill(2), 'key-1')).not.toBe(
      deriveVoucherCode('HF', secret, 'key-1'),
    );
  });

  it('looks and checks like a generated one, and never comes twice in twenty thousand', () => {
    const codes = Array.from({ length: 20_000 }, (_, index) => deriveVoucherCode('', secret, `key-${index}`));
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.every(hasValidCheckCharacter)).toBe(true);
  });
});
