import { formatInstant, INSTANT_WIDTH, parseInstant, type Instant } from '../instant.js';
import { invariant } from '../invariant.js';
import { isPoints, POINTS_MAX, type Points } from '../points.js';
import { MatchCode, type Match } from './match-code.js';
import { ScanCode, type PartScan, type Scan } from './scan-code.js';
import { WriteCode, type Write } from './write-code.js';

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
  /** The same as an expression of the value, which is itself an expression. */
  writeCode(code: WriteCode, value: string): string;
  /** An expression that compares the bytes `b` at the place `p` with the value, itself an expression: the place behind it, or −1. */
  matchCode(code: MatchCode, value: string): string;
  /** @throws MalformedRecord */
  read(json: Json): T;
  /** Writes code that reads exactly what `write` writes, in one pass without a parser. @returns the name of what it has read. */
  scanCode(code: ScanCode): string;
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
  writeCode: (_, value) => `tools.quoted(${value})`,
  matchCode: (_, value) => `tools.text(b, p, ${value})`,
  read: (json) => (typeof json === 'string' ? json : malformed('a string')),
  scanCode: (code) => code.string(),
};

const PLAIN = /^[ !#-[\]-~]*$/;

/** A string that needs no escaping, a UUID, hexadecimal or base64: any other would forge the JSON around it. */
export const token: Field<string> = {
  optional: false,
  schema: { type: 'string', pattern: PLAIN.source },
  write: (value) => {
    invariant(PLAIN.test(value), 'a token needs no escaping');
    return `"${value}"`;
  },
  writeCode: (_, value) => `tools.token(${value})`,
  matchCode: (_, value) => `tools.text(b, p, ${value})`,
  read: (json) => (typeof json === 'string' && PLAIN.test(json) ? json : malformed('a plain string')),
  scanCode: (code) => code.plainString(),
};

export const flag: Field<boolean> = {
  optional: false,
  schema: { type: 'boolean' },
  write: String,
  writeCode: (_, value) => `(${value})`,
  matchCode: (_, value) => `tools.literal(b, p, String(${value}))`,
  read: (json) => (typeof json === 'boolean' ? json : malformed('a boolean')),
  scanCode: (code) =>
    code.choice([
      ['true', 'true'],
      ['false', 'false'],
    ]),
};

/** A small whole number: company id, attempt, schema version. Nothing else is a number. */
export const smallInteger: Field<number> = {
  optional: false,
  schema: { type: 'integer', minimum: 0 },
  write: String,
  writeCode: (_, value) => `(${value})`,
  matchCode: (_, value) => `tools.wholeNumber(b, p, ${value})`,
  read: (json) =>
    typeof json === 'number' && Number.isSafeInteger(json) && json >= 0 ? json : malformed('a whole number'),
  scanCode: (code) => code.wholeNumber(),
};

/** Points, versions and seconds: 0 … 2^63 − 1 as a decimal string. */
export const points: Field<Points> = {
  optional: false,
  schema: { type: 'string', pattern: '^(0|[1-9][0-9]{0,18})$' },
  write: (value) => `"${value}"`,
  writeCode: (_, value) => `('"' + ${value} + '"')`,
  matchCode: (_, value) => `tools.quotedInteger(b, p, ${value})`,
  read: (json) => readInteger(json, isPoints),
  scanCode: (code) => code.quotedInteger({ signed: false }),
};

/** A change of points, of either sign, as a decimal string. */
export const pointsDelta: Field<bigint> = {
  optional: false,
  schema: { type: 'string', pattern: '^(0|-?[1-9][0-9]{0,18})$' },
  write: (value) => `"${value}"`,
  writeCode: (_, value) => `('"' + ${value} + '"')`,
  matchCode: (_, value) => `tools.quotedInteger(b, p, ${value})`,
  read: (json) => readInteger(json, isDelta),
  scanCode: (code) => code.quotedInteger({ signed: true }),
};

function isDelta(value: bigint): boolean {
  return value >= -POINTS_MAX && value <= POINTS_MAX;
}

export const moment: Field<Instant> = {
  optional: false,
  schema: { type: 'string', format: 'date-time', pattern: '^.{19}\\.[0-9]{6}Z$' },
  write: (value) => `"${formatInstant(value)}"`,
  writeCode: (_, value) => `('"' + tools.formatInstant(${value}) + '"')`,
  matchCode: (_, value) =>
    `(b[p] === 34 && tools.instantAt(b, p + 1) === ${value} && b[p + ${INSTANT_WIDTH + 1}] === 34 ? p + ${INSTANT_WIDTH + 2} : -1)`,
  read: (json) => (typeof json === 'string' ? parseInstant(json) : undefined) ?? malformed('a time'),
  scanCode: (code) => code.moment(),
};

export function oneOf<const V extends readonly string[]>(...values: V): Field<V[number]> {
  return {
    optional: false,
    schema: { enum: [...values] },
    write: (value) => `"${value}"`,
    writeCode: (_, value) => `('"' + ${value} + '"')`,
    matchCode: (_, value) => `tools.text(b, p, ${value})`,
    read: (json) => values.find((value) => value === json) ?? malformed(`one of ${values.join(', ')}`),
    scanCode: (code) => code.choice(values.map((value) => [`"${value}"`, JSON.stringify(value)])),
  };
}

/** A list, written in the order it has. */
export function listOf<T>(item: Field<T>): Field<readonly T[]> {
  return {
    optional: false,
    schema: { type: 'array', items: item.schema },
    write: (values) => `[${values.map((value) => item.write(value)).join(',')}]`,
    writeCode: (code, value) =>
      code.call(
        value,
        `let out = '['; for (let i = 0; i < x.length; i++) out += (i > 0 ? ',' : '') + ${item.writeCode(code, 'x[i]')}; return out + ']';`,
      ),
    matchCode: (code, value) =>
      code.call(
        value,
        `${code.expect('[')} for (let i = 0; i < x.length; i++) {
           if (i > 0) { ${code.expect(',')} }
           p = ${item.matchCode(code, 'x[i]')}; if (p < 0) return p;
         } ${code.expect(']')}`,
      ),
    read: (json) =>
      Array.isArray(json) ? json.map((value: Json, i) => readWithin(item, value, `[${i}]`)) : malformed('a list'),
    scanCode: (code) => {
      const values = code.variable();
      code.expect('[');
      code.add(`${values} = [];`, 'while (b[p] !== 93) {', `if (${values}.length > 0) {`);
      code.expect(',');
      code.add('}');
      const value = item.scanCode(code);
      code.add(`${values}.push(${value});`, '}', 'p += 1;');
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
    writeCode: (code, value) => field.writeCode(code, value),
    matchCode: (code, value) => field.matchCode(code, value),
    read: (json) => field.read(json),
    scanCode: (code) => field.scanCode(code),
  };
}

/** An object with exactly these fields. Its names are sorted once, here, as RFC 8785 wants them. */
export function record<const S extends Readonly<Record<string, Field<unknown>>>>(shape: S): Field<RecordOf<S>> {
  const names = Object.keys(shape).sort();
  const fields = names.map((name) => shape[name] as Field<unknown>);
  const labels = names.map((name) => `${JSON.stringify(name)}:`);
  let written: Write<RecordOf<S>> | undefined;
  const self: Field<RecordOf<S>> = {
    optional: false,
    schema: objectSchema(names, fields),
    write: (value) => {
      written ??= writerOf(self);
      return written(value);
    },
    writeCode: (code, value) => {
      const members = names.map((name, i) => {
        const member = `x[${JSON.stringify(name)}]`;
        const text = (fields[i] as Field<unknown>).writeCode(code, member);
        return `if (${member} !== undefined) out += (out.length > 1 ? ',' : '') + ${JSON.stringify(labels[i])} + ${text};`;
      });
      return code.call(value, `let out = '{'; ${members.join('\n')} return out + '}';`);
    },
    matchCode: (code, value) => {
      const members = names.map((name, i) => {
        const member = `x[${JSON.stringify(name)}]`;
        const label = labels[i] as string;
        return `if (${member} !== undefined) {
          if (seen) { ${code.expect(`,${label}`)} } else { ${code.expect(label)} }
          seen = true; p = ${(fields[i] as Field<unknown>).matchCode(code, member)}; if (p < 0) return p; }`;
      });
      return code.call(value, `${code.expect('{')} let seen = false; ${members.join('\n')} ${code.expect('}')}`);
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
    scanCode: (code) => {
      const values = fields.map(() => code.variable());
      const seen = code.variable();
      code.expect('{');
      code.add(`${seen} = false;`);
      fields.forEach((field, i) => {
        code.add(`${values[i]} = undefined;`);
        code.ifMember(labels[i] as string, seen, () => code.add(`${values[i]} = ${field.scanCode(code)};`));
        if (!field.optional) code.add('else return undefined;');
      });
      code.expect('}');
      const result = code.variable();
      code.add(`${result} = { ${names.map((name, i) => `${JSON.stringify(name)}: ${values[i]}`).join(', ')} };`);
      return result;
    },
  };
  return self;
}

/** The function that writes a field's values. */
function writerOf<T>(field: Field<T>): Write<T> {
  const code = new WriteCode();
  return code.compile(field.writeCode(code, 'x'));
}

/** The function that compares a field's value with canonical bytes. */
export function matchOf<T>(field: Field<T>): Match<T> {
  const code = new MatchCode();
  return code.compile(field.matchCode(code, 'x'));
}

/** The function that reads a field's canonical bytes. */
export function scanOf<T>(field: Field<T>): Scan<T> {
  const code = new ScanCode();
  return code.compile(field.scanCode(code));
}

/** The same of a field that something else stands behind. */
export function partScanOf<T>(field: Field<T>): PartScan<T> {
  const code = new ScanCode();
  return code.compilePart(field.scanCode(code));
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

function malformed(wanted: string): never {
  throw new MalformedRecord(`should be ${wanted}`);
}
