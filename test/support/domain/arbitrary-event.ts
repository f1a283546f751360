import fc from 'fast-check';

import { eventJsonSchema, eventTypes, formatInstant, instant, POINTS_MAX, type EventType, type Json } from '#domain';

/** As much of JSON Schema as the schemas of the events use. */
interface Schema {
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

const POINTS_PATTERN = '^(0|[1-9][0-9]{0,18})$';
const DELTA_PATTERN = '^(0|-?[1-9][0-9]{0,18})$';

/** Any JSON that the schema allows and that fits 64 bits, with and without what is optional. */
export function jsonOf(schema: Schema): fc.Arbitrary<Json> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.maxSafeNat();
    case 'array':
      return fc.array(jsonOf(schema.items ?? {}), { maxLength: 3 });
    case 'object':
      return objectOf(schema);
    case 'string':
      return stringOf(schema);
    default:
      throw new Error(`no arbitrary for ${JSON.stringify(schema)}`);
  }
}

function objectOf({ properties = {}, required = [] }: Schema): fc.Arbitrary<Json> {
  const model = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, jsonOf(schema)]));
  return fc.record(model, { requiredKeys: [...required], noNullPrototype: true });
}

function stringOf({ format, pattern }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') {
    return fc
      .integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER })
      .map((at) => formatInstant(instant(at)));
  }
  if (pattern === undefined) return fc.string({ unit: 'binary', maxLength: 12 });
  if (pattern === POINTS_PATTERN) return fc.bigInt({ min: 0n, max: POINTS_MAX }).map(String);
  if (pattern === DELTA_PATTERN) return fc.bigInt({ min: -POINTS_MAX, max: POINTS_MAX }).map(String);
  return fc.stringMatching(new RegExp(pattern), { maxLength: 40 });
}

/** Any stored event of a type, as parsed JSON. */
export function storedEvent(type: EventType): fc.Arbitrary<Json> {
  return jsonOf(eventJsonSchema(type) as unknown as Schema);
}

/** Any stored event at all. */
export function anyStoredEvent(): fc.Arbitrary<Json> {
  return fc.oneof(...eventTypes.map(storedEvent));
}
