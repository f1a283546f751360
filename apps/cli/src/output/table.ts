/** A column: its heading, and what stands under it. */
export interface Column<Row> {
  readonly heading: string;
  readonly value: (row: Row) => string;
  /** Numbers stand under each other's last digit. */
  readonly alignRight?: boolean;
}

const GAP = '  ';
/** Names and reasons come from outside: a control character in one must not command the terminal. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '\uFFFD');
}

/** Rows under their headings, columns as wide as their widest value. Ends with a line break. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(({ value }) => printable(value(row))));
  const lines = [columns.map(({ heading }) => heading), ...cells];
  const widths = columns.map((_, index) =>
    lines.reduce((width, line) => Math.max(width, widthOf(line[index] ?? '')), 0),
  );
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, index) => padded(cell, widths[index] ?? 0, columns[index]))
          .join(GAP)
          .trimEnd()}\n`,
    )
    .join('');
}

function padded(cell: string, width: number, column: Column<never> | undefined): string {
  const padding = ' '.repeat(width - widthOf(cell));
  return column?.alignRight === true ? padding + cell : cell + padding;
}

/** In characters, not UTF-16 units. */
function widthOf(text: string): number {
  return Array.from(text).length;
}
