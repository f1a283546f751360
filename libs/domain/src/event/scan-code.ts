import { INSTANT_WIDTH } from '../instant.js';
import { scanTools } from './scan-tools.js';

/**
 * Reads a value from canonical bytes of a known shape: those from `from` up to `end`. `latin1` is all of `bytes`, each as a character;
 * values are cut from it. What it reads to its end is exactly what would be written again; for anything else it
 * answers undefined.
 */
export type Scan<T> = (bytes: Uint8Array, from: number, end: number, latin1: string, given?: Given) => T | undefined;

/** Reads a value that something else stands behind; where it ends, `scanTools.cursor.at` says. */
export type PartScan<T> = Scan<T>;

/** What records of one shape differ in: one member is of this name, another is read so. */
export interface Given {
  readonly name: string;
  /** The name as it stands, in quotes. */
  readonly piece: Uint8Array;
  readonly scan: PartScan<unknown>;
}

/**
 * Writes the function that reads a record, from the same table of fields that writes it. A function of straight lines for each type of event
 * takes a fraction of the time that walking over the table takes, since every object has its one shape from the start; an audit
 * reads hundreds of thousands of events a second. Nothing but the program's own constants gets into the text.
 *
 * The text's variables: `b` the bytes, `p` the place in them, `q` the end of what stands there.
 */
export class ScanCode {
  private readonly lines: string[] = [];
  private readonly pieces: Uint8Array[] = [];
  private variables = 0;

  /** A name for a value. */
  variable(): string {
    return `v${this.variables++}`;
  }

  add(...lines: readonly string[]): void {
    this.lines.push(...lines);
  }

  /** Steps over a piece of ASCII text that has to stand here. */
  expect(piece: string): void {
    this.add(`if (!${this.stands(piece)}) return undefined;`, `p += ${piece.length};`);
  }

  /** Whatever `read` writes happens where the label of a member stands, behind a comma if `seen` is true, which it is from then on. */
  ifMember(label: string, seen: string, read: () => void): void {
    this.add(`if (${seen} ? b[p] === 44 && ${this.stands(label, 1)} : ${this.stands(label)}) {`);
    this.add(`p += ${seen} ? ${label.length + 1} : ${label.length};`, `${seen} = true;`);
    read();
    this.add('}');
  }

  /** A string of printable ASCII in which nothing is escaped. */
  plainString(): string {
    const value = this.variable();
    this.add('q = tools.plainEnd(b, p);', 'if (q === p || b[q] !== 34) return undefined;');
    this.add(`${value} = ${CUT};`, 'p = q + 1;');
    return value;
  }

  /** Any string that stands as it would be written. */
  string(): string {
    const value = this.variable();
    this.add('q = tools.plainEnd(b, p);', 'if (q === p) return undefined;');
    this.add(`if (b[q] === 34) { ${value} = ${CUT}; p = q + 1; } else {`);
    this.add('const odd = tools.oddString(latin1, p, end);', 'if (odd === undefined) return undefined;');
    this.add(`${value} = odd.value; p = odd.end; }`);
    return value;
  }

  wholeNumber(): string {
    const value = this.variable();
    this.add('q = tools.digitsEnd(b, p);', `${value} = tools.wholeNumber(b, p, q);`);
    this.add(`if (${value} === undefined) return undefined;`, 'p = q;');
    return value;
  }

  /** A whole number in quotes; only with `signed` may it be below zero. */
  quotedInteger({ signed }: { readonly signed: boolean }): string {
    const value = this.variable();
    this.add('q = tools.plainEnd(b, p);', `${value} = tools.${signed ? 'quotedInteger' : 'quotedWhole'}(b, p, q);`);
    this.add(`if (${value} === undefined) return undefined;`, 'p = q + 1;');
    return value;
  }

  moment(): string {
    const value = this.variable();
    this.add(`if (b[p] !== 34 || b[p + ${INSTANT_WIDTH + 1}] !== 34) return undefined;`);
    this.add(`${value} = tools.instantAt(b, p + 1);`, `if (${value} !== ${value}) return undefined;`);
    this.add(`p += ${INSTANT_WIDTH + 2};`);
    return value;
  }

  /** One of some pieces of text; the values are what stands in the code for them. */
  choice(pieces: readonly (readonly [piece: string, value: string])[]): string {
    const result = this.variable();
    for (const [piece, value] of pieces) {
      this.add(`if (${this.stands(piece)}) { ${result} = ${value}; p += ${piece.length}; } else`);
    }
    this.add('return undefined;');
    return result;
  }

  /** The name that is given. */
  givenName(): string {
    this.add('if (!tools.stands(b, p, given.piece)) return undefined;', 'p += given.piece.length;');
    return 'given.name';
  }

  /** Whatever the scan reads that is given. */
  givenValue(): string {
    const value = this.variable();
    this.add(`${value} = given.scan(b, p, end, latin1);`, `if (${value} === undefined) return undefined;`);
    this.add('p = tools.cursor.at;');
    return value;
  }

  /** The function that reads what has been described, whose value is `value`, and nothing behind it. */
  compile<T>(value: string): Scan<T> {
    return this.compileTo(`return p === end ? ${value} : undefined;`);
  }

  /** The same where more may stand behind it. */
  compilePart<T>(value: string): PartScan<T> {
    return this.compileTo(`tools.cursor.at = p; return ${value};`);
  }

  private compileTo<T>(last: string): Scan<T> {
    const names = Array.from({ length: this.variables }, (_, i) => `v${i}`);
    const source = [
      '"use strict"; return function scan(b, from, end, latin1, given) {',
      `let p = from, q = 0, ${names.join(', ')};`,
      ...this.lines,
      `${last} }`,
    ].join('\n');
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text is made of constants of this program alone
    const make = new Function('tools', 'pieces', source) as (
      tools: typeof scanTools,
      pieces: readonly Uint8Array[],
    ) => Scan<T>;
    return make(scanTools, this.pieces);
  }

  private stands(text: string, ahead = 0): string {
    this.pieces.push(Uint8Array.from(text, (character) => character.charCodeAt(0)));
    return `tools.stands(b, p + ${ahead}, pieces[${this.pieces.length - 1}])`;
  }
}

const CUT = 'latin1.slice(p + 1, q)';
