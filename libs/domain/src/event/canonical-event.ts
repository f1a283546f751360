import { CanonicalText, NotCanonical } from './canonical-text.js';
import { eventSchemas, eventTypes, type EventType } from './event-schemas.js';
import { MalformedRecord, readWithin, record, type Field, type Json, type RecordOf } from './field.js';
import { envelopeFields, type LedgerEvent } from './ledger-event.js';
import { schemaVersionOf, upcast } from './upcast.js';

/** One record for each type: the envelope with that type's data among its fields, names sorted together. */
const envelopes = Object.fromEntries(
  eventTypes.map((type) => [type, record({ ...envelopeFields, data: eventSchemas[type] })]),
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
 * Reads a stored text of today's schema version if it is exactly what `encodeEvent` writes, in a fraction of the time that it
 * takes to decode it and to write it again for a comparison.
 *
 * @param bytes the text's UTF-8.
 * @returns undefined for any other text, and for one that isn't ASCII; `decodeEvent` says what it is.
 */
export function readCanonicalEvent(text: string, bytes: Uint8Array): LedgerEvent | undefined {
  if (bytes.length !== text.length) return undefined;
  // Behind the type stand only the version and the wallet: no text of a caller's can be found instead.
  const from = text.lastIndexOf(TYPE_LABEL) + TYPE_LABEL.length;
  const type = text.slice(from, text.indexOf('"', from)) as EventType;
  if (!Object.hasOwn(envelopes, type)) return undefined;
  const source = new CanonicalText(text, bytes);
  try {
    const event = envelopes[type].scan(source);
    source.expectEnd();
    return event.type === type && event.schemaVersion === schemaVersionOf(type) ? event : undefined;
  } catch (error) {
    if (error instanceof NotCanonical) return undefined;
    throw error;
  }
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
