import type pg from 'pg';
import { hex } from '../columns.js';
import type { ColumnValue, Values } from '../projections/projection.js';

/** As much of node-postgres' connection as COPY needs. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** `COPY table (columns) FROM STDIN` for rows that `CopyRows` took: no statement to parse, no parameter to escape. */
export function copyIn(client: pg.ClientBase, statement: string, rows: CopyRows): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(new CopyIn(statement, rows.chunks(), resolve, reject) as unknown as pg.Submittable);
  });
}

/** The longest that a character of a string is in UTF-8. */
const UTF8_MAX = 3;
const CHUNK = 262_144;

/** Rows as COPY's text format has them, as bytes from the start: strings that are held for long are copied by the garbage collector. */
export class CopyRows {
  /** Bytes so far. */
  length = 0;
  private readonly full: Buffer[] = [];
  private chunk: Buffer = Buffer.alloc(0);
  private filled = 0;

  static of(rows: readonly Values[]): CopyRows {
    const copied = new CopyRows();
    for (const row of rows) copied.add(row);
    return copied;
  }

  add(row: Values): void {
    const line = copyLine(row);
    const room = line.length * UTF8_MAX;
    if (this.filled + room > this.chunk.length) {
      this.cut();
      this.chunk = Buffer.allocUnsafeSlow(Math.max(room, CHUNK));
    }
    const written = this.chunk.write(line, this.filled);
    this.filled += written;
    this.length += written;
  }

  chunks(): readonly Buffer[] {
    this.cut();
    return this.full;
  }

  private cut(): void {
    if (this.filled > 0) this.full.push(this.chunk.subarray(0, this.filled));
    this.chunk = this.chunk.subarray(this.filled);
    this.filled = 0;
  }
}

/** What node-postgres calls while the statement runs. */
class CopyIn {
  constructor(
    private readonly statement: string,
    private readonly chunks: readonly Buffer[],
    private readonly resolve: () => void,
    readonly handleError: (error: Error) => void,
  ) {}

  submit(connection: CopyConnection): void {
    connection.query(this.statement);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    for (const chunk of this.chunks) connection.sendCopyFromChunk(chunk);
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {
    // The connection is free only when it says so.
  }

  handleReadyForQuery(): void {
    this.resolve();
  }
}

const SPECIAL = /[\\\t\n\r]/g;
const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function copyLine(values: Values): string {
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
