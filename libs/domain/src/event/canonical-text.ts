/** A text that is not what this program would have written. */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical';
}

/** A piece of text that is looked for, ASCII, with the codes of its characters. */
export interface Piece {
  readonly text: string;
  readonly codes: Uint8Array;
}

export function piece(text: string): Piece {
  return { text, codes: Uint8Array.from(text, (character) => character.charCodeAt(0)) };
}

/**
 * A place in a text that is expected to be canonical JSON of a known shape. Reading moves on only over what the writer
 * would have written there, so a text that is read to its end is canonical, and nothing has to be written again to see it.
 *
 * The text is ASCII, so that its bytes have the places of its characters: looking at bytes is several times as fast, and values
 * are still cut out of the text.
 */
export class CanonicalText {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly bytes: Uint8Array,
  ) {}

  /** Steps over the piece if it stands here. */
  take({ codes }: Piece): boolean {
    const { bytes, at } = this;
    for (let i = 0; i < codes.length; i++) if (bytes[at + i] !== codes[i]) return false;
    this.at = at + codes.length;
    return true;
  }

  expect(wanted: Piece): void {
    if (!this.take(wanted)) this.refuse();
  }

  expectEnd(): void {
    if (this.at !== this.bytes.length) this.refuse();
  }

  /** The inside of a string of printable ASCII in which nothing is escaped. */
  plain(): string {
    const { bytes, at } = this;
    if (bytes[at] !== QUOTE) this.refuse();
    let end = at + 1;
    for (let code = bytes[end] as number; code !== QUOTE; code = bytes[++end] as number) {
      // Behind the end stands nothing, which is not in order either.
      if (!(code >= BLANK && code <= TILDE) || code === BACKSLASH) this.refuse();
    }
    this.at = end + 1;
    return this.text.slice(at + 1, end);
  }

  /** A string with its quotes, to the first quote that no backslash makes part of it. */
  string(): string {
    const { bytes, at } = this;
    if (bytes[at] !== QUOTE) this.refuse();
    let end = at + 1;
    for (let code = bytes[end]; code !== QUOTE; code = bytes[end]) {
      if (code === undefined) this.refuse();
      end += code === BACKSLASH ? 2 : 1;
    }
    this.at = end + 1;
    return this.text.slice(at, this.at);
  }

  /** Digits without a leading zero, at most 16 of them. */
  wholeNumber(): number {
    const { bytes, at } = this;
    const value = this.digits(at);
    const width = this.at - at;
    if (width === 0 || width > 16 || (width > 1 && bytes[at] === ZERO)) this.refuse();
    return value;
  }

  /** A whole number of at most 19 digits in quotes, a minus before it where it is negative. */
  quotedInteger(): bigint {
    const { bytes } = this;
    if (bytes[this.at] !== QUOTE) this.refuse();
    const from = this.at + 1;
    const isNegative = bytes[from] === MINUS;
    const first = isNegative ? from + 1 : from;
    const value = this.digits(first);
    const end = this.at;
    const width = end - first;
    if (width === 0 || width > 19 || bytes[end] !== QUOTE) this.refuse();
    if (bytes[first] === ZERO && (width > 1 || isNegative)) this.refuse();
    this.at = end + 1;
    // Up to 15 digits a number is exact, and cheaper to make a bigint of than its text.
    return BigInt(width > 15 ? this.text.slice(from, end) : isNegative ? -value : value);
  }

  refuse(): never {
    throw new NotCanonical(`not canonical at character ${this.at}`);
  }

  private digits(from: number): number {
    const { bytes } = this;
    let end = from;
    let value = 0;
    for (let code = bytes[end] as number; code >= ZERO && code <= NINE; code = bytes[++end] as number) {
      value = value * 10 + (code - ZERO);
    }
    this.at = end;
    return value;
  }
}

const BLANK = 0x20;
const QUOTE = 0x22;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;
const TILDE = 0x7e;
