import { unescaped } from '../feed/copy-out.js';

/** A row's texts; `null` where there is none. */
export type TextRow = readonly (string | null)[];

const UUID_WIDTH = 36;
const NULL = '\\N';

/** A projection's row as COPY writes it: its stream's company and wallet, and then whatever else. */
export class ProjectedRow {
  readonly companyId: number;
  readonly walletId: string;
  private readonly restAt: number;

  constructor(private readonly line: string) {
    const tab = line.indexOf('\t');
    this.companyId = Number(line.slice(0, tab));
    this.walletId = line.slice(tab + 1, tab + 1 + UUID_WIDTH);
    this.restAt = tab + 2 + UUID_WIDTH;
  }

  /** The values behind company and wallet. */
  get values(): TextRow {
    return this.line
      .slice(this.restAt)
      .split('\t')
      .map((text) => (text === NULL ? null : unescaped(text)));
  }

  /** An id as the first of the values. */
  get id(): string {
    return this.line.slice(this.restAt, this.restAt + UUID_WIDTH);
  }

  /** The first `count` values as they stand, as `lineOf` writes them. */
  first(count: number): string {
    let end = this.restAt - 1;
    for (let i = 0; i < count; i++) end = this.line.indexOf('\t', end + 1);
    return this.line.slice(this.restAt, end);
  }

  /** Whether the values are these, from the `skipped`th on: as a text of their own, where `lineOf` has written it. */
  endsWith(skipped: number, text: string): boolean {
    let at = this.restAt;
    for (let i = 0; i < skipped; i++) at = this.line.indexOf('\t', at) + 1;
    return this.line.length - at === text.length && this.line.endsWith(text);
  }
}

/** Values as COPY writes them. */
export function lineOf(values: readonly (string | null | undefined)[]): string {
  let line = '';
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? undefined;
    if (i > 0) line += '\t';
    if (value === undefined) line += NULL;
    else line += value.includes('\\') ? value.replaceAll('\\', '\\\\') : value;
  }
  return line;
}
