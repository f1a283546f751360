import { InvalidArgumentError, Option } from 'commander';
import type { Instant } from '#domain';
import { isUuid, parseRfc3339, PublicKey, SigningKeyError } from '#platform';

const INT4_MAX = 2 ** 31 - 1;
const TEXT_MAX = 255;
const NOTE_MAX = 2_000;

/** Options and arguments that several commands take. A parser's refusal is printed with the option's name before it. */

export const JSON_FLAG = ['--json', 'print one JSON value'] as const;

export interface JsonOption {
  readonly json?: true;
}

export function companyOption(description: string): Option {
  return new Option('--company <id>', description).argParser(companyId);
}

export function companyId(text: string): number {
  return wholeNumber(text, 1, INT4_MAX);
}

/** The number of a checkpoint, or the last there is. */
export function checkpointId(text: string): bigint | 'last' {
  if (text === 'last') return text;
  if (/^[1-9]\d{0,17}$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError('It must be the number of a checkpoint, or "last".');
}

export function partEvents(text: string): number {
  return wholeNumber(text, 1, 10_000_000);
}

export function publicKey(text: string): PublicKey {
  try {
    return PublicKey.parse(text);
  } catch (error) {
    if (!(error instanceof SigningKeyError)) throw error;
    throw new InvalidArgumentError('It must be 32 bytes in base64 or hexadecimal, as "audit checkpoint" prints it.');
  }
}

export function limit(text: string): number {
  return wholeNumber(text, 1, 1_000);
}

export function threads(text: string): number {
  return wholeNumber(text, 1, 16);
}

/** A moment in RFC 3339. */
export function moment(text: string): Instant {
  const at = parseRfc3339(text);
  if (at !== undefined && Number.isSafeInteger(at)) return at;
  throw new InvalidArgumentError('It must be a time in RFC 3339 such as 2026-03-31T23:59:59Z.');
}

export function id(text: string): string {
  if (!isUuid(text)) throw new InvalidArgumentError('It must be a UUID such as 0198c0de-0000-7000-8000-000000000000.');
  return text.toLowerCase();
}

/** Names of things and people: 1–255 characters. */
export function name(text: string): string {
  return textOf(text, TEXT_MAX);
}

/** What a person wrote: 1–2,000 characters. */
export function note(text: string): string {
  return textOf(text, NOTE_MAX);
}

function textOf(text: string, max: number): string {
  if (text.trim() === '' || text.length > max) throw new InvalidArgumentError(`It must be 1 to ${max} characters.`);
  return text;
}

function wholeNumber(text: string, min: number, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
}
