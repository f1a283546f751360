import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ApiError } from './api-error.js';
import { parseJsonBody } from './json-text.js';

const parse = (text: string) => parseJsonBody(Buffer.from(text));

describe('A JSON body', () => {
  it('of any ordinary value comes back as it was', () => {
    const names = fc.string().filter((name) => name !== '__proto__' && name !== 'constructor' && !name.includes('\0'));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        tie('leaf'),
        fc.array(tie('tree')),
        fc.dictionary(names, tie('tree'), { noNullPrototype: true }),
      ),
      leaf: fc.oneof(
        fc.string().filter((text) => !text.includes('\0')),
        fc.maxSafeInteger(),
        fc.double({ noNaN: true, min: -1e15, max: 1e15 }),
        fc.boolean(),
        fc.constant(null),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const text = JSON.stringify(value);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    '1',
    '-0.0',
    '5e0',
    '1.0',
    '0.1',
    '9007199254740991',
    '1e15',
    '0.30000000000000004',
    '1.50e1',
    '0.00000000000000000',
  ])('takes the number %s', (text) => {
    expect(parse(text)).toBe(Number(text));
  });

  it.each([
    '9007199254740992',
    '-9007199254740993',
    '1e16',
    '1e400',
    '1.00000000000000000001',
    '9007199254740990.9999999',
    '1e-400',
    '[true,false,null,12345678901234567890]',
    '{"a":"12345678901234567","b":12345678901234567}',
    '{"a\\"1":9e99}',
  ])('refuses %s', (text) => {
    expect(() => parse(text)).toThrow(ApiError);
  });

  it.each(['"12345678901234567890"', '{"1e999":"9e999 \\"1e999"}', '["\\\\",1]'])(
    'leaves digits in texts alone: %s',
    (text) => {
      expect(parse(text)).toEqual(JSON.parse(text));
    },
  );

  it.each([
    ['[', ']'],
    ['{"a":', '}'],
  ])('nested with %s is taken as deep as 32 levels, and refused beyond', (open, close) => {
    const nested = (levels: number) => `${open.repeat(levels)}1${close.repeat(levels)}`;
    expect(parse(nested(32))).toEqual(JSON.parse(nested(32)));
    for (const levels of [33, 100_000]) expect(() => parse(nested(levels))).toThrow(ApiError);
  });

  it('may be wide, and hold any brackets in its texts', () => {
    for (const value of [Array.from({ length: 100 }, () => [{}]), '[{'.repeat(100)]) {
      expect(parse(JSON.stringify(value))).toEqual(value);
    }
  });

  it('that is empty stands for no fields', () => {
    expect(parse('')).toEqual({});
  });
});
