import { describe, expect, it } from '@jest/globals';

import { MalformedRecord } from './field.js';
import { schemaVersionOf, upcast, upcasters, type Upcaster } from './upcast.js';
import { eventTypes } from './event-schemas.js';

const addCurrency: Upcaster = (stored) => ({ ...stored, currency: 'USD' });
const renameAmount: Upcaster = ({ amount, ...rest }) => ({ ...rest, points: amount });

describe('Upcasting', () => {
  it('walks every step from the stored version to today’s', () => {
    const stored = Object.freeze({ amount: '5', schemaVersion: 1 });
    expect(upcast('PointsEarned', 1, stored, [renameAmount, addCurrency])).toStrictEqual({
      points: '5',
      currency: 'USD',
      schemaVersion: 3,
    });
  });

  it('leaves out the steps that a younger text has behind it', () => {
    const stored = Object.freeze({ points: '5', schemaVersion: 2 });
    expect(upcast('PointsEarned', 2, stored, [renameAmount, addCurrency])).toStrictEqual({
      points: '5',
      currency: 'USD',
      schemaVersion: 3,
    });
  });

  it('gives back the very text of today’s version', () => {
    const stored = Object.freeze({ points: '5', schemaVersion: 3 });
    expect(upcast('PointsEarned', 3, stored, [renameAmount, addCurrency])).toBe(stored);
  });

  it.each([0, 4, 1.5, '1', undefined, null])('refuses version %j of three', (version) => {
    expect(() => upcast('PointsEarned', version, {}, [renameAmount, addCurrency])).toThrow(MalformedRecord);
  });

  it('has as many steps as versions have passed', () => {
    for (const type of eventTypes) expect(schemaVersionOf(type)).toBe((upcasters[type]?.length ?? 0) + 1);
  });
});
