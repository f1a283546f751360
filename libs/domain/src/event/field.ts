import { formatInstant, parseInstant, type Instant } from '../instant.js';
import { invariant } from '../invariant.js';
import { isPoints, POINTS_MAX, type Points } from '../points.js';
import { piece, type CanonicalText, type Piece } from './canonical-text.js';

/** JSON as it comes out of `JSON.parse`. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json | undefined };

/** A stored text that does not have the shape its type and version promise. */
export class MalformedRecord extends Error {
  override readonly name = 'MalformedRecord';

  constructor(
    private readonly complaint: string,
    private readonly path = '',
  ) {
    super(path === '' ? complaint : `${path} ${complaint}`);
  }

  /** The same complaint from one level further out. Paths are made on the way up, so that reading what is well-formed makes none. */
  within(name: string): MalformedRecord {
    const separator = this.path === '' || this.path.startsWith('[') ? '' : '.';
    return new MalformedRecord(this.complaint, `${name}${separator}${this.path}`);
  }
}

/**
 * How one value is written into canonical JSON (RFC 8785) and read back. `schema` is its JSON Schema. The kinds are few on
 * purpose: points, versions and seconds are always strings, so that no reader can lose a digit; only company ids, attempts
 * and schema versions are numbers.
 */
export interface Field<T> {
  readonly optional: boolean;
  readonly schema: Json;
  write(value: T): string;
  /** @throws MalformedRecord */
  read(json: Json): T;
  /** Reads exactly what `write` writes, in one pass without a parser. @throws NotCanonical for anything else. */
  scan(source: CanonicalText): T;
}

/** The value type of a field. */
export type ValueOf<F> = F extends Field<infer T> ? T : never;

/** The record type of a table of fields. Optional fields are present as `undefined`, and left out of the JSON. */
export type RecordOf<S extends Readonly<Record<string, Field<unknown>>>> = { readonly [K in keyof S]: ValueOf<S[K]> };

/** A string that RFC 8785 writes as `JSON.stringify` does: well-formed, which the edge has seen to. */
export const text: Field<string> = {
  optional: false,
  schema: { type: 'string' },
  write: (value) => JSON.stringify(value),
  read: (json) => (typeof json === 'string' ? json : malformed('a string')),
  scan: (source) => {
    const quoted = source.string();
    if (UNESCAPED.test(quoted)) return quoted.slice(1, -1);
    const value = parsedString(quoted);
    return value !== undefined && JSON.stringify(value) === quoted ? value : source.refuse();
  },
};

/** A string in its quotes that stands as it is: whoever would write it again would write the same. */
const UNESCAPED = /^"[ !#-[\]-\ud7ff\ue000-\uffff]*"$/;

function parsedString(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}

const PLAIN = /^[ !#-[\]-~]*$/;

/** A string that needs no escaping, a UUID, hexadecimal or base64: any other would forge the JSON around it. */
export const token: Field<string> = {
  optional: false,
  schema: { type: 'string', pattern: PLAIN.source },
  write: (value) => {
    invariant(PLAIN.test(value), 'a token needs no escaping');
    return `"${value}"`;
  },
  read: (json) => (typeof json === 'string' && PLAIN.test(json) ? json : malformed('a plain string')),
  scan: (source) => source.plain(),
};

export const flag: Field<boolean> = {
  optional: false,
  schema: { type: 'boolean' },
  write: String,
  read: (json) => (typeof json === 'boolean' ? json : malformed('a boolean')),
  scan: (source) => {
    if (source.take(TRUE)) return true;
    source.expect(FALSE);
    return false;
  },
};

const TRUE = piece('true');
const FALSE = piece('false');

/** A small whole number: company id, attempt, schema version. Nothing else is a number. */
export const smallInteger: Field<number> = {
  optional: false,
  schema: { type: 'integer', minimum: 0 },
  write: String,
  read: (json) =>
    typeof json === 'number' && Number.isSafeInteger(json) && json >= 0 ? json : malformed('a whole number'),
  scan: (source) => {
    const value = source.wholeNumber();
    return Number.isSafeInteger(value) ? value : source.refuse();
  },
};

/** Points, versions and seconds: 0 … 2^63 − 1 as a decimal string. */
export const points: Field<Points> = {
  optional: false,
  schema: { type: 'string', pattern: '^(0|[1-9][0-9]{0,18})$' },
  write: (value) => `"${value}"`,
  read: (json) => readInteger(json, isPoints),
  scan: (source) => scanInteger(source, isPoints),
};

/** A change of points, of either sign, as a decimal string. */
export const pointsDelta: Field<bigint> = {
  optional: false,
  schema: { type: 'string', pattern: '^(0|-?[1-9][0-9]{0,18})$' },
  write: (value) => `"${value}"`,
  read: (json) => readInteger(json, isDelta),
  scan: (source) => scanInteger(source, isDelta),
};

function isDelta(value: bigint): boolean {
  return value >= -POINTS_MAX && value <= POINTS_MAX;
}

export const moment: Field<Instant> = {
  optional: false,
  schema: { type: 'string', format: 'date-time', pattern: '^.{19}\\.[0-9]{6}Z$' },
  write: (value) => `"${formatInstant(value)}"`,
  read: (json) => (typeof json === 'string' ? parseInstant(json) : undefined) ?? malformed('a time'),
  scan: (source) => parseInstant(source.plain()) ?? source.refuse(),
};

export function oneOf<const V extends readonly string[]>(...values: V): Field<V[number]> {
  const pieces = values.map((value) => piece(`"${value}"`));
  return {
    optional: false,
    schema: { enum: [...values] },
    write: (value) => `"${value}"`,
    read: (json) => values.find((value) => value === json) ?? malformed(`one of ${values.join(', ')}`),
    scan: (source) => {
      for (let i = 0; i < pieces.length; i++) if (source.take(pieces[i] as Piece)) return values[i] as V[number];
      return source.refuse();
    },
  };
}

const LIST_BEGINS = piece('[');
const LIST_ENDS = piece(']');
const COMMA = piece(',');

/** A list, written in the order it has. */
export function listOf<T>(item: Field<T>): Field<readonly T[]> {
  return {
    optional: false,
    schema: { type: 'array', items: item.schema },
    write: (values) => `[${values.map((value) => item.write(value)).join(',')}]`,
    read: (json) =>
      Array.isArray(json) ? json.map((value: Json, i) => readWithin(item, value, `[${i}]`)) : malformed('a list'),
    scan: (source) => {
      const values: T[] = [];
      source.expect(LIST_BEGINS);
      while (!source.take(LIST_ENDS)) {
        if (values.length > 0) source.expect(COMMA);
        values.push(item.scan(source));
      }
      return values;
    },
  };
}

/** A field that may be missing: `undefined` in code, left out of the JSON. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return {
    optional: true,
    schema: field.schema,
    write: (value) => (value === undefined ? '' : field.write(value)),
    read: (json) => field.read(json),
    scan: (source) => field.scan(source),
  };
}

const RECORD_BEGINS = piece('{');
const RECORD_ENDS = piece('}');

/** An object with exactly these fields. Its names are sorted once, here, as RFC 8785 wants them. */
export function record<const S extends Readonly<Record<string, Field<unknown>>>>(shape: S): Field<RecordOf<S>> {
  const names = Object.keys(shape).sort();
  const fields = names.map((name) => shape[name] as Field<unknown>);
  const labels = names.map((name) => `${JSON.stringify(name)}:`);
  const blank: Readonly<Record<string, unknown>> = Object.fromEntries(names.map((name) => [name, undefined]));
  const firstPieces = labels.map(piece);
  const nextPieces = labels.map((label) => piece(`,${label}`));
  return {
    optional: false,
    schema: objectSchema(names, fields),
    write: (value) => {
      const values = value as Readonly<Record<string, unknown>>;
      let out = '{';
      for (let i = 0; i < names.length; i++) {
        const item = values[names[i] as string];
        if (item === undefined) continue;
        if (out.length > 1) out += ',';
        out += (labels[i] as string) + (fields[i] as Field<unknown>).write(item);
      }
      return out + '}';
    },
    read: (json) => {
      if (typeof json !== 'object' || json === null || Array.isArray(json)) malformed('an object');
      const source = json as Readonly<Record<string, Json | undefined>>;
      const values: Record<string, unknown> = {};
      let seen = 0;
      for (let i = 0; i < names.length; i++) {
        const name = names[i] as string;
        const field = fields[i] as Field<unknown>;
        const item = source[name];
        if (item !== undefined) {
          values[name] = readWithin(field, item, name);
          seen++;
        } else if (field.optional) {
          values[name] = undefined;
        } else {
          throw new MalformedRecord('should be present', name);
        }
      }
      if (seen !== Object.keys(source).length) malformed(`an object with only ${names.join(', ')}`);
      return values as RecordOf<S>;
    },
    scan: (source) => {
      // A copy of the blank has its shape already: filling it in is cheaper than building it up.
      const values: Record<string, unknown> = { ...blank };
      let seen = false;
      source.expect(RECORD_BEGINS);
      for (let i = 0; i < names.length; i++) {
        const field = fields[i] as Field<unknown>;
        if (source.take((seen ? nextPieces[i] : firstPieces[i]) as Piece)) {
          values[names[i] as string] = field.scan(source);
          seen = true;
        } else if (!field.optional) source.refuse();
      }
      source.expect(RECORD_ENDS);
      return values as RecordOf<S>;
    },
  };
}

/** Reads one part of something larger; a complaint about it says where it stands. */
export function readWithin<T>(field: Field<T>, json: Json, name: string): T {
  try {
    return field.read(json);
  } catch (error) {
    throw error instanceof MalformedRecord ? error.within(name) : error;
  }
}

function objectSchema(names: readonly string[], fields: readonly Field<unknown>[]): Json {
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name, i) => [name, (fields[i] as Field<unknown>).schema])),
    required: names.filter((_, i) => !(fields[i] as Field<unknown>).optional),
    additionalProperties: false,
  };
}

function readInteger(json: Json, inRange: (value: bigint) => boolean): bigint {
  if (typeof json !== 'string' || !INTEGER.test(json)) malformed('a decimal string');
  const value = BigInt(json);
  return inRange(value) ? value : malformed('a 64-bit amount');
}

const INTEGER = /^(0|-?[1-9][0-9]{0,18})$/;

function scanInteger(source: CanonicalText, inRange: (value: bigint) => boolean): bigint {
  const value = source.quotedInteger();
  return inRange(value) ? value : source.refuse();
}

function malformed(wanted: string): never {
  throw new MalformedRecord(`should be ${wanted}`);
}
