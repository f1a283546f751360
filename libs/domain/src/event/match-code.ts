import { scanTools } from './scan-tools.js';

/**
 * Tells whether what stands from `from` on is what would be written for a value. @returns the place behind it, or −1: also where a text of the value
 * would have to be escaped, which nobody but whoever writes it can tell.
 */
export type Match<T> = (value: T, bytes: Uint8Array, from: number) => number;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NO = -1;

/** A string of printable ASCII in which nothing is escaped. */
function text(bytes: Uint8Array, at: number, value: string): number {
  const { length } = value;
  if (bytes[at] !== QUOTE) return NO;
  for (let i = 0; i < length; i++) {
    const code = value.charCodeAt(i);
    if (bytes[at + 1 + i] !== code || code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) return NO;
  }
  return bytes[at + 1 + length] === QUOTE ? at + length + 2 : NO;
}

/** Text as it stands. */
function literal(bytes: Uint8Array, at: number, value: string): number {
  for (let i = 0; i < value.length; i++) if (bytes[at + i] !== value.charCodeAt(i)) return NO;
  return at + value.length;
}

function wholeNumber(bytes: Uint8Array, at: number, value: number): number {
  const end = scanTools.digitsEnd(bytes, at);
  return scanTools.wholeNumber(bytes, at, end) === value ? end : NO;
}

function quotedInteger(bytes: Uint8Array, at: number, value: bigint): number {
  const end = scanTools.plainEnd(bytes, at);
  return end > at && scanTools.quotedInteger(bytes, at, end) === value ? end + 1 : NO;
}

const tools = { text, literal, wholeNumber, quotedInteger, instantAt: scanTools.instantAt, stands: scanTools.stands };

/** Writes the function that compares a record with bytes, from the same table of fields that writes it: no text is made to be thrown away. */
export class MatchCode {
  private readonly functions: string[] = [];
  private readonly pieces: Uint8Array[] = [];

  /** The text of an expression that calls a function of its own: of `x` and the place `p`, with `body` for what comes before `return p;`. */
  call(value: string, body: string): string {
    this.functions.push(`function match${this.functions.length}(x, b, p) { ${body} return p; }`);
    return `match${this.functions.length - 1}(${value}, b, p)`;
  }

  /** Lines that step over a piece of ASCII text that has to stand here. */
  expect(piece: string): string {
    this.pieces.push(Uint8Array.from(piece, (character) => character.charCodeAt(0)));
    return `if (!tools.stands(b, p, pieces[${this.pieces.length - 1}])) return -1; p += ${piece.length};`;
  }

  /** The function whose result is `expression`, in which the value is `x`. */
  compile<T>(expression: string): Match<T> {
    const source = `"use strict"; ${this.functions.join('\n')}\nreturn function match(x, b, p) { return ${expression}; }`;
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text is made of constants of this program alone
    const make = new Function('tools', 'pieces', source) as (
      given: typeof tools,
      pieces: readonly Uint8Array[],
    ) => Match<T>;
    return make(tools, this.pieces);
  }
}
