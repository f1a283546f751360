import type pg from 'pg';

/** Rows that may wait for their reader before the server is made to wait: about 4 MB of events. */
const WAITING_MAX = 4_096;

/** As much of node-postgres' connection as COPY needs. */
interface CopyConnection {
  query(text: string): void;
  readonly stream: { pause(): void; resume(): void };
}

/**
 * The rows of `COPY (…) TO STDOUT (NULL '')`, in batches of whatever has arrived. Several times cheaper a row than a result
 * set: nothing is parsed that the reader doesn't ask for. A reader that is slow holds the server up, so memory stays bounded.
 * The connection can be used again when the last row is read; a reader that leaves before that must close it.
 *
 * @param toRow makes a row of a line, without its line break; the buffer is its own only until it returns.
 */
export async function* copyOut<R>(
  client: pg.ClientBase,
  statement: string,
  toRow: (line: Buffer) => R,
): AsyncGenerator<readonly R[]> {
  const copy = new CopyOut(statement, toRow);
  client.query(copy as unknown as pg.Submittable);
  for (;;) {
    const rows = await copy.next();
    if (rows === undefined) return;
    yield rows;
  }
}

/** What node-postgres calls while the statement runs. */
class CopyOut<R> {
  private rows: R[] = [];
  private connection: CopyConnection | undefined;
  private paused = false;
  private ended = false;
  private error: Error | undefined;
  private wake: (() => void) | undefined;

  constructor(
    private readonly statement: string,
    private readonly toRow: (line: Buffer) => R,
  ) {}

  async next(): Promise<readonly R[] | undefined> {
    while (this.rows.length === 0) {
      if (this.error !== undefined) throw this.error;
      if (this.ended) return undefined;
      if (this.paused) this.pause(false);
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    const { rows } = this;
    this.rows = [];
    if (this.paused) this.pause(false);
    return rows;
  }

  submit(connection: CopyConnection): void {
    this.connection = connection;
    connection.query(this.statement);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    this.rows.push(this.toRow(chunk.subarray(0, chunk.length - 1)));
    if (this.rows.length >= WAITING_MAX && !this.paused) this.pause(true);
    this.tell();
  }

  handleCommandComplete(): void {
    // The connection is free only when it says so.
  }

  handleReadyForQuery(): void {
    this.ended = true;
    this.tell();
  }

  handleError(error: Error): void {
    this.error = error;
    this.tell();
  }

  private pause(paused: boolean): void {
    this.paused = paused;
    if (paused) this.connection?.stream.pause();
    else this.connection?.stream.resume();
  }

  private tell(): void {
    this.wake?.();
    this.wake = undefined;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** As COPY writes text: a letter for six control characters, a backslash for itself. */
export function unescaped(column: string): string {
  if (!column.includes('\\')) return column;
  return column.replace(/\\(.)/gs, (_, character: string) => ESCAPES[character] ?? character);
}
