import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { toBase62 } from './base62.js';

const SECRET_BYTES = 32;
/** 256 bits need 43 digits of base 62, 32 bits need six. */
const SECRET_CHARACTERS = 43;
const CHECKSUM_CHARACTERS = 6;

/** 256 random bits in 43 characters that survive a double click, a shell and a URL. */
export function randomSecret(): string {
  return toBase62(BigInt(`0x${randomBytes(SECRET_BYTES).toString('hex')}`), SECRET_CHARACTERS);
}

/**
 * Appends six characters of CRC-32. It guards no secret: it tells a key that was cut or mistyped from one that is unknown, without asking the
 * database, and lets scanners for leaked secrets tell a key from a look-alike.
 */
export function withChecksum(text: string): string {
  return text + checksum(text);
}

/** The text without its checksum, or undefined when the checksum doesn't fit. */
export function withoutChecksum(text: string): string | undefined {
  const body = text.slice(0, -CHECKSUM_CHARACTERS);
  return checksum(body) === text.slice(-CHECKSUM_CHARACTERS) ? body : undefined;
}

function checksum(text: string): string {
  return toBase62(BigInt(crc32(text)), CHECKSUM_CHARACTERS);
}
