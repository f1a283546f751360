import { instantAt } from '../instant.js';
import { POINTS_MAX } from '../points.js';
import { oddString } from './odd-string.js';
import { smallBigInt } from './small-bigint.js';

const QUOTE = 0x22;
const MINUS = 0x2d;
const ZERO = 0x30;
const BACKSLASH = 0x5c;

/** Whether a piece of ASCII text stands at `at`. */
function stands(bytes: Uint8Array, at: number, piece: Uint8Array): boolean {
  for (let i = 0; i < piece.length; i++) if (bytes[at + i] !== piece[i]) return false;
  return true;
}

/** The place behind the printable ASCII, unescaped, that stands behind a quote at `at`; that place itself where no quote stands. */
function plainEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE) return at;
  let end = at + 1;
  for (let c = bytes[end] as number; c >= 0x20 && c < 0x7f && c !== QUOTE && c !== BACKSLASH;)
    c = bytes[++end] as number;
  return end;
}

/** The place behind the digits that stand from `at` on. */
function digitsEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  for (let c = bytes[end] as number; c >= ZERO && c <= 0x39;) c = bytes[++end] as number;
  return end;
}

function valueOf(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 10 + ((bytes[i] as number) - ZERO);
  return value;
}

/** The exact number whose digits stand there, without a leading zero. */
function wholeNumber(bytes: Uint8Array, from: number, to: number): number | undefined {
  const width = to - from;
  if (width === 0 || width > 16 || (width > 1 && bytes[from] === ZERO)) return undefined;
  const value = valueOf(bytes, from, to);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The whole number of 63 bits that stands between quotes at `from` and `to`. */
function quotedWhole(bytes: Uint8Array, from: number, to: number): bigint | undefined {
  const first = from + 1;
  const width = to - first;
  if (width < 1 || width > 19 || bytes[to] !== QUOTE) return undefined;
  if (width > 1 && bytes[first] === ZERO) return undefined;
  // Up to 15 digits a number is exact.
  if (width <= 15) return digitsEnd(bytes, first) === to ? smallBigInt(valueOf(bytes, first, to)) : undefined;
  if (digitsEnd(bytes, first) !== to) return undefined;
  const value = smallBigInt(valueOf(bytes, first, to - 9)) * 1_000_000_000n + smallBigInt(valueOf(bytes, to - 9, to));
  return value <= POINTS_MAX ? value : undefined;
}

/** The same with a minus before it where it is below zero. */
function quotedInteger(bytes: Uint8Array, from: number, to: number): bigint | undefined {
  if (bytes[from + 1] !== MINUS) return quotedWhole(bytes, from, to);
  const value = quotedWhole(bytes, from + 1, to);
  return value === undefined || value === 0n ? undefined : -value;
}

/** Where the value ends that was read last by a scan of a part. */
const cursor = { at: 0 };

/** What the functions call that `ScanCode` writes. */
export const scanTools = {
  cursor,
  stands,
  plainEnd,
  digitsEnd,
  wholeNumber,
  quotedWhole,
  quotedInteger,
  instantAt,
  oddString,
};
