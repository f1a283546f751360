import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createUuidV7, isUuid, uuidV7 } from './uuid-v7.js';

function millisecondsOf(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}

describe('A UUID of version 7', () => {
  it('has the version, the variant and lower-case letters', () => {
    for (let made = 0; made < 1000; made += 1) {
      expect(uuidV7()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  it('begins with the time it was made', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (ms) => {
        expect(millisecondsOf(createUuidV7(() => ms)())).toBe(ms);
      }),
    );
  });

  it('sorts after all made before it, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 200 }), (ticks) => {
        let at = 0;
        const make = createUuidV7(() => 1_700_000_000_000 + (ticks[at++] ?? 0));
        const ids = ticks.map(() => make());
        expect(ids).toEqual([...ids].sort());
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it('sorts within one millisecond over a long run', () => {
    const make = createUuidV7(() => 1_700_000_000_000);
    const ids = Array.from({ length: 100_000 }, make);
    expect(ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? ''))).toBe(true);
  });

  it('differs from those of another generator in the same millisecond', () => {
    const [one, other] = [createUuidV7(() => 1), createUuidV7(() => 1)];
    const ids = Array.from({ length: 2000 }, (_, index) => (index % 2 === 0 ? one() : other()));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('isUuid', () => {
  it('takes UUIDs in either case and nothing else', () => {
    fc.assert(fc.property(fc.uuid(), (id) => isUuid(id) && isUuid(id.toUpperCase())));
    for (const text of [
      '',
      'x',
      '0190abcd00007000800000000000abcd',
      '{0190abcd-0000-7000-8000-00000000abcd}',
      '0190abcd-0000-7000-8000-00000000abcd\n',
    ]) {
      expect(isUuid(text)).toBe(false);
    }
  });
});
