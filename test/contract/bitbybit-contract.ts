import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}
interface Schema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly [keyword: string]: unknown;
}

const file = fileURLToPath(new URL('./bitbybit-redeem.openapi.yaml', import.meta.url));
const document = parse(readFileSync(file, 'utf8')) as Document;

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
addFormats.default(ajv);
// The seed marks no field as required, so an answer without any would pass: every field it names must be there.
for (const [name, schema] of Object.entries(document.components.schemas)) ajv.addSchema(demandAll(schema), `/${name}`);

/** What is wrong with an instance of one of the contract's schemas; empty when nothing is. */
export function contractErrors(schemaName: string, instance: unknown): readonly ErrorObject[] {
  const validate = ajv.getSchema(`/${schemaName}`);
  if (validate === undefined) throw new Error(`The contract has no schema ${schemaName}.`);
  return validate(instance) === true ? [] : (validate.errors ?? []);
}

function demandAll(schema: Schema): Schema {
  const rewritten = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, rewrite(keyword, value)]),
  );
  return schema.properties === undefined ? rewritten : { ...rewritten, required: Object.keys(schema.properties) };
}

function rewrite(keyword: string, value: unknown): unknown {
  if (keyword === '$ref') return String(value).replace('#/components/schemas', '');
  if (keyword === 'properties') {
    const properties = value as Readonly<Record<string, Schema>>;
    return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, demandAll(property)]));
  }
  return Array.isArray(value) && keyword === 'oneOf' ? value.map((item) => demandAll(item as Schema)) : value;
}
