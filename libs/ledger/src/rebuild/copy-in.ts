import type pg from 'pg';
import { hex } from '../columns.js';
import type { ColumnValue, Values } from '../projections/projection.js';

/** As much of node-postgres' connection as COPY needs. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** `COPY table (columns) FROM STDIN` for lines that `copyLine` made: no statement to parse, no parameter to escape. */
export function copyIn(client: pg.ClientBase, statement: string, lines: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(new CopyIn(statement, lines, resolve, reject) as unknown as pg.Submittable);
  });
}

/** What node-postgres calls while the statement runs. */
class CopyIn {
  constructor(
    private readonly statement: string,
    private readonly lines: readonly string[],
    private readonly resolve: () => void,
    readonly handleError: (error: Error) => void,
  ) {}

  submit(connection: CopyConnection): void {
    connection.query(this.statement);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    for (let from = 0; from < this.lines.length; from += LINES_A_CHUNK) {
      connection.sendCopyFromChunk(Buffer.from(this.lines.slice(from, from + LINES_A_CHUNK).join('')));
    }
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {
    // The connection is free only when it says so.
  }

  handleReadyForQuery(): void {
    this.resolve();
  }
}

const LINES_A_CHUNK = 256;
const SPECIAL = /[\\\t\n\r]/g;
const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A row as COPY's text format has it. */
export function copyLine(values: Values): string {
  let line = '';
  for (let i = 0; i < values.length; i++) {
    if (i > 0) line += '\t';
    line += copyText(values[i]);
  }
  return `${line}\n`;
}

function copyText(value: ColumnValue): string {
  if (value === undefined) return '\\N';
  if (typeof value === 'string') {
    return value.includes('\\') || /[\t\n\r]/.test(value) ? value.replace(SPECIAL, (c) => ESCAPED[c] as string) : value;
  }
  return value instanceof Uint8Array ? `\\\\x${hex(value)}` : String(value);
}
