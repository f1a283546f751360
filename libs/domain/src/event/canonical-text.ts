/** A text that is not what this program would have written. */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical';
}

/**
 * A place in a text that is expected to be canonical JSON of a known shape. Reading moves on only over what the writer
 * would have written there, so a text that is read to its end is canonical, and nothing has to be written again to see it.
 */
export class CanonicalText {
  private at = 0;

  constructor(private readonly text: string) {}

  /** Steps over `part` if it stands here. */
  take(part: string): boolean {
    if (!this.text.startsWith(part, this.at)) return false;
    this.at += part.length;
    return true;
  }

  expect(part: string): void {
    if (!this.take(part)) this.refuse();
  }

  expectEnd(): void {
    if (this.at !== this.text.length) this.refuse();
  }

  /** The inside of a string of printable ASCII in which nothing is escaped. */
  plain(): string {
    const { text, at } = this;
    if (text.charCodeAt(at) !== QUOTE) this.refuse();
    let end = at + 1;
    for (let code = text.charCodeAt(end); code !== QUOTE; code = text.charCodeAt(++end)) {
      // Behind the text's end stands NaN, which is not in order either.
      if (!(code >= BLANK && code <= TILDE) || code === BACKSLASH) this.refuse();
    }
    this.at = end + 1;
    return text.slice(at + 1, end);
  }

  /** A string with its quotes, to the first quote that no backslash makes part of it. */
  string(): string {
    const { text, at } = this;
    if (text.charCodeAt(at) !== QUOTE) this.refuse();
    let end = at + 1;
    for (let code = text.charCodeAt(end); code !== QUOTE; code = text.charCodeAt(end)) {
      if (Number.isNaN(code)) this.refuse();
      end += code === BACKSLASH ? 2 : 1;
    }
    this.at = end + 1;
    return text.slice(at, this.at);
  }

  /** Digits without a leading zero, at most 16 of them. */
  wholeNumber(): number {
    const { text, at } = this;
    let end = at;
    let value = 0;
    for (let code = text.charCodeAt(end); code >= ZERO && code <= NINE; code = text.charCodeAt(++end)) {
      value = value * 10 + (code - ZERO);
    }
    const width = end - at;
    if (width === 0 || width > 16 || (width > 1 && text.charCodeAt(at) === ZERO)) this.refuse();
    this.at = end;
    return value;
  }

  refuse(): never {
    throw new NotCanonical(`not canonical at character ${this.at}`);
  }
}

const BLANK = 0x20;
const TILDE = 0x7e;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const NINE = 0x39;
