import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { canonicalize, storedEvent, usedByOrder } from '../../../../test/support/domain/index.js';
import { decodeEvent, encodeEvent, readCanonicalEvent } from './canonical-event.js';
import { eventTypes } from './event-schemas.js';
import { type LedgerEvent } from './ledger-event.js';

const aText = encodeEvent(usedByOrder().events[2] as LedgerEvent);

function read(text: string): LedgerEvent | undefined {
  // Somewhere in a greater buffer, as rows are.
  const bytes = Buffer.from(`x${text}}"`);
  return readCanonicalEvent(bytes, bytes.toString('latin1'), 1, bytes.length - 2);
}

/** What decoding it and writing it again says. */
function sameByWriting(text: string): LedgerEvent | undefined {
  const bytes = Buffer.from(text).toString();
  try {
    const event = decodeEvent(bytes);
    return encodeEvent(event) === bytes ? event : undefined;
  } catch {
    return undefined;
  }
}

describe('Reading canonical bytes in one pass', () => {
  it.each(eventTypes)('%s: gives what decoding gives', (type) => {
    fc.assert(
      fc.property(storedEvent(type), (stored) => {
        const bytes = canonicalize(stored);
        expect(read(bytes)).toStrictEqual(decodeEvent(bytes));
      }),
      { numRuns: 50 },
    );
  });

  it('refuses exactly what would not be written again so, whichever character is another', () => {
    const strange = [
      '',
      '"',
      '\\',
      '0',
      '9',
      '-',
      ' ',
      '{',
      '}',
      ',',
      ':',
      'e',
      '\u0001',
      '\u00e9',
      '\ud800',
      '\\u0041',
    ];
    const change = fc.record({
      at: fc.nat({ max: aText.length - 1 }),
      by: fc.oneof(fc.constantFrom(...strange), fc.string({ minLength: 1, maxLength: 2 })),
      keep: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.constantFrom(...eventTypes).chain(storedEvent), change, (stored, { at, by, keep }) => {
        for (const bytes of [canonicalize(stored), aText]) {
          const place = at % bytes.length;
          const changed = bytes.slice(0, place) + by + bytes.slice(keep ? place : place + 1);
          expect(read(changed)).toStrictEqual(sameByWriting(changed));
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['cut off', aText.slice(0, -1)],
    ['with something behind', `${aText} `],
    ['of another type', aText.replace('"type":"', '"type":"Wallet')],
    ['of a type that every object has', aText.replace(/"type":"\w+"/, '"type":"toString"')],
    ['of a schema version to come', aText.replace('"schemaVersion":1', '"schemaVersion":2')],
    ['empty', ''],
  ])('refuses a text %s', (_, bytes) => {
    expect(read(bytes)).toBeUndefined();
  });
});
