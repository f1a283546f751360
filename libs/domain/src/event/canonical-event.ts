import { eventSchemas, eventTypes, type EventType } from './event-schemas.js';
import {
  MalformedRecord,
  oneOf,
  partScanOf,
  readWithin,
  record,
  scanOf,
  token,
  type Field,
  type Json,
  type RecordOf,
} from './field.js';
import { envelopeFields, type LedgerEvent } from './ledger-event.js';
import type { Given, Scan } from './scan-code.js';
import { schemaVersionOf, upcast } from './upcast.js';

/** One record for each type: the envelope with that type's data among its fields, names sorted together. */
const envelopes = Object.fromEntries(
  eventTypes.map((type) => [type, record({ ...envelopeFields, type: oneOf(type), data: eventSchemas[type] })]),
) as unknown as Readonly<Record<EventType, Field<LedgerEvent>>>;

/** The event's bytes: the whole envelope with its data as canonical JSON (RFC 8785). This text is stored and hashed. */
export function encodeEvent(event: LedgerEvent): string {
  return envelopes[event.type].write(event);
}

/**
 * Reads stored bytes back, bringing an older schema version up to today's.
 * @throws MalformedRecord when the text is not an event of a type and version this code knows.
 */
export function decodeEvent(bytes: string): LedgerEvent {
  let json: Json;
  try {
    json = JSON.parse(bytes) as Json;
  } catch {
    throw new MalformedRecord('event should be JSON');
  }
  if (typeof json !== 'object' || json === null) throw new MalformedRecord('event should be an object');
  const header = json as { readonly type?: Json; readonly schemaVersion?: Json };
  const type = eventTypes.find((known) => known === header.type);
  if (type === undefined) throw new MalformedRecord(`event type ${JSON.stringify(header.type)} is not known`);
  return readWithin(envelopes[type], upcast(type, header.schemaVersion, json as RecordOf<Record<string, never>>), type);
}

const TYPE_LABEL = ',"type":"';

/**
 * The envelope of any type, whose data is read by what is given: of fifteen functions that each read all of an event, each would have to be
 * compiled with all of it, in every thread that reads events.
 */
const anyEnvelope = record({
  ...envelopeFields,
  type: { ...token, scanCode: (code) => code.givenName() } satisfies Field<string>,
  data: { ...token, scanCode: (code) => code.givenValue() } satisfies Field<unknown>,
});

let scanEnvelope: Scan<LedgerEvent> | undefined;
const given = new Map<string, Given>();

/** Made when first asked for: most programs read few types, or none. */
function givenBy(type: string): Given | undefined {
  let known = given.get(type);
  if (known === undefined && Object.hasOwn(eventSchemas, type)) {
    const name = type as EventType;
    const piece = Uint8Array.from(JSON.stringify(name), (character) => character.charCodeAt(0));
    known = { name, piece, scan: partScanOf<unknown>(eventSchemas[name]) };
    given.set(name, known);
  }
  return known;
}

/**
 * Reads stored bytes of today's schema version if they are exactly what `encodeEvent` writes, in a fraction of the time that it
 * takes to decode them and to write them again for a comparison.
 *
 * @param bytes UTF-8; the event's stand from `from` up to `end`.
 * @param latin1 all of `bytes`, each as a character.
 * @returns undefined for any other bytes; `decodeEvent` says what they are.
 */
export function readCanonicalEvent(
  bytes: Uint8Array,
  latin1: string,
  from = 0,
  end = bytes.length,
): LedgerEvent | undefined {
  // Behind the type stand only the version and the wallet: no text of a caller's can be found instead.
  const at = latin1.lastIndexOf(TYPE_LABEL, end - TYPE_LABEL.length) + TYPE_LABEL.length;
  const type = latin1.slice(at, latin1.indexOf('"', at));
  const known = givenBy(type);
  if (known === undefined) return undefined;
  scanEnvelope ??= scanOf(anyEnvelope as unknown as Field<LedgerEvent>);
  const event = scanEnvelope(bytes, from, end, latin1, known);
  return event?.schemaVersion === schemaVersionOf(known.name as EventType) ? event : undefined;
}

/** JSON Schema (2020-12) of a stored event at its newest version. */
export function eventJsonSchema(type: EventType): Json {
  const shape = envelopes[type].schema as { readonly properties: Readonly<Record<string, Json>> };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `${type} v${schemaVersionOf(type)}`,
    ...shape,
    properties: {
      ...shape.properties,
      type: { const: type },
      schemaVersion: { const: schemaVersionOf(type) },
    },
  };
}
