import { formatInstant } from '../instant.js';
import { invariant } from '../invariant.js';

/** Writes a value as canonical JSON. */
export type Write<T> = (value: T) => string;

const PLAIN = /^[ !#-[\]-~]*$/;

/** A string that RFC 8785 writes as `JSON.stringify` does; one in plain ASCII needs no look at each character for that. */
function quoted(value: string): string {
  return PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
}

/** @throws InvariantViolation for a text that would have to be escaped. */
function token(value: string): string {
  invariant(PLAIN.test(value), 'a token needs no escaping');
  return `"${value}"`;
}

const tools = { quoted, token, formatInstant };

/**
 * Writes the function that writes a record: for each shape one of straight lines, whose objects look the same every time. Nothing but the
 * program's own constants gets into its text.
 */
export class WriteCode {
  private readonly functions: string[] = [];

  /** The text of an expression that calls a function of its own, made of `body`, with `value` as `x`. */
  call(value: string, body: string): string {
    this.functions.push(`function write${this.functions.length}(x) { ${body} }`);
    return `write${this.functions.length - 1}(${value})`;
  }

  /** The function whose result is `expression`, in which the value is `x`. */
  compile<T>(expression: string): Write<T> {
    const source = `"use strict"; ${this.functions.join('\n')}\nreturn function write(x) { return ${expression}; }`;
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text is made of constants of this program alone
    return (new Function('tools', source) as (given: typeof tools) => Write<T>)(tools);
  }
}
