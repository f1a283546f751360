import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  canonicalize,
  deepFreeze,
  redemptionStories,
  storedEvent,
  usedByOrder,
} from '../../../../test/support/domain/index.js';
import { canonicalJson } from '../canonical-json.js';
import { InvariantViolation } from '../invariant.js';
import { decodeRedemption, encodeRedemption } from '../redemption/redemption-record.js';
import { decodeEvent, encodeEvent } from './canonical-event.js';
import { eventTypes } from './event-schemas.js';
import { MalformedRecord, type Json } from './field.js';
import type { LedgerEvent } from './ledger-event.js';

type Stored = Record<string, Json>;

const aStored = (): Stored => JSON.parse(encodeEvent(usedByOrder().events[2] as LedgerEvent)) as Stored;

describe('An event’s bytes', () => {
  it.each(eventTypes)('%s: are canonical JSON, and reading then writing them changes nothing', (type) => {
    fc.assert(
      fc.property(storedEvent(type), (stored) => {
        const bytes = canonicalize(stored);
        const event = decodeEvent(bytes);
        expect(encodeEvent(event)).toBe(bytes);
        expect(decodeEvent(encodeEvent(event))).toStrictEqual(event);
        expect(canonicalJson(stored)).toBe(bytes);
      }),
      { numRuns: 25 },
    );
  });

  it('are the same whatever order the names came in', () => {
    const event = usedByOrder().events.at(-1) as LedgerEvent;
    const backwards = Object.fromEntries(Object.entries(event).reverse()) as unknown as LedgerEvent;
    expect(encodeEvent(backwards)).toBe(encodeEvent(event));
  });

  it('hold points as strings, and no number but company id, attempt and schema version', () => {
    const numbers = new Set<string>();
    const collect = (json: Json, name: string): void => {
      if (typeof json === 'number') numbers.add(name);
      else if (typeof json === 'object' && json !== null) {
        for (const [inner, value] of Object.entries(json)) collect(value as Json, inner);
      }
    };
    for (const type of eventTypes) {
      fc.assert(
        fc.property(storedEvent(type), (stored) => collect(stored, '')),
        { numRuns: 20 },
      );
    }
    expect([...numbers].sort()).toStrictEqual(['attempt', 'companyId', 'schemaVersion']);
  });

  it('are refused for a token that would forge the JSON around it', () => {
    const event = usedByOrder().events[0] as LedgerEvent;
    expect(() => encodeEvent({ ...event, causationId: 'x","version":"9' })).toThrow(InvariantViolation);
    expect(() => encodeEvent({ ...event, causationId: 'back\\slash' })).toThrow(InvariantViolation);
    expect(() => encodeEvent({ ...event, causationId: 'new\nline' })).toThrow(InvariantViolation);
  });
});

describe('A stored text', () => {
  it.each([
    '',
    '{',
    'null',
    '7',
    '"text"',
    '[]',
    '{}',
    '{"type":"NoSuchEvent","schemaVersion":1}',
    '{"type":"toString"}',
  ])('that is no event is refused: %s', (bytes) => {
    expect(() => decodeEvent(bytes)).toThrow(MalformedRecord);
  });

  it('without one of its fields is refused, and so is one with a field too many', () => {
    for (const name of Object.keys(aStored())) {
      const { [name]: _left, ...rest } = aStored();
      expect(() => decodeEvent(canonicalize(rest))).toThrow(MalformedRecord);
    }
    expect(() => decodeEvent(canonicalize({ ...aStored(), extra: 1 }))).toThrow(MalformedRecord);
    expect(() => decodeEvent(canonicalize({ ...aStored(), traceId: null }))).toThrow(MalformedRecord);
  });

  it.each([
    ['version', 3],
    ['version', '-1'],
    ['version', '01'],
    ['version', '9223372036854775808'],
    ['version', '1.0'],
    ['companyId', '7'],
    ['companyId', -1],
    ['companyId', 1.5],
    ['companyId', 2 ** 53],
    ['occurredAt', '2026-03-01T00:00:00Z'],
    ['occurredAt', '2026-02-30T00:00:00.000000Z'],
    ['eventId', 'quo"te'],
    ['actor', { kind: 'stranger', id: 'x' }],
    ['actor', []],
    ['actor', null],
    ['data', 'x'],
  ])('whose %s is %j is refused', (name, value) => {
    expect(() => decodeEvent(canonicalize({ ...aStored(), [name]: value }))).toThrow(MalformedRecord);
  });

  it.each([undefined, 0, 2, 1.5, '1', null])(
    'of schema version %j is refused by a program that knows 1',
    (schemaVersion) => {
      const { schemaVersion: _known, ...rest } = aStored();
      const stored = schemaVersion === undefined ? rest : { ...rest, schemaVersion };
      expect(() => decodeEvent(canonicalize(stored))).toThrow(MalformedRecord);
    },
  );

  it('that was cut short is refused, wherever it was cut', () => {
    const bytes = canonicalize(aStored());
    const position = fc.nat({ max: bytes.length - 1 });
    fc.assert(
      fc.property(position, (end) => {
        expect(() => decodeEvent(bytes.slice(0, end))).toThrow(MalformedRecord);
      }),
    );
  });
});

describe('A redemption’s projection', () => {
  it.each(Object.entries(redemptionStories))(
    '%s: reading what was written gives the same, and equal states have equal texts',
    (_, story) => {
      for (const state of story().state.redemptions.values()) {
        const bytes = encodeRedemption(state);
        expect(deepFreeze(decodeRedemption(bytes))).toStrictEqual(state);
        expect(canonicalize(JSON.parse(bytes))).toBe(bytes);
      }
    },
  );

  it('is refused when it is not one', () => {
    expect(() => decodeRedemption('{}')).toThrow(MalformedRecord);
    expect(() => decodeRedemption('null')).toThrow(MalformedRecord);
  });
});
