import type { Json } from './event/field.js';

/**
 * RFC 8785 for any JSON value: names sorted by UTF-16 code units, no spaces. Equal values have equal texts whatever order
 * their names came in. Numbers and strings are written as ECMAScript does, which is what the RFC asks for.
 */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonicalJson).join(',')}]`;
  const object = value as { readonly [name: string]: Json | undefined };
  const members: string[] = [];
  for (const name of Object.keys(object).sort()) {
    const member = object[name];
    if (member !== undefined) members.push(`${JSON.stringify(name)}:${canonicalJson(member)}`);
  }
  return `{${members.join(',')}}`;
}
