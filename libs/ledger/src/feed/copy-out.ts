import type pg from 'pg';

/** Rows that may wait for their reader before the server is made to wait: about 4 MB of events. */
const WAITING_MAX = 4_096;

/** As much of node-postgres' connection as COPY needs. */
interface CopyConnection {
  query(text: string): void;
  readonly stream: { pause(): void; resume(): void };
}

/**
 * The rows of `COPY (…) TO STDOUT (NULL '')` as lines of text, in batches of whatever has arrived. Several times cheaper a row
 * than a result set: nothing is parsed that the reader doesn't ask for. A reader that is slow holds the server up, so
 * memory stays bounded. Reading it to its end, or leaving early, gives the connection back for the next statement; after an
 * early leave it must be closed.
 */
export async function* copyOut(client: pg.ClientBase, statement: string): AsyncGenerator<readonly string[]> {
  const copy = new CopyOut(statement);
  client.query(copy as unknown as pg.Submittable);
  for (;;) {
    const lines = await copy.next();
    if (lines === undefined) return;
    yield lines;
  }
}

/** What node-postgres calls while the statement runs. */
class CopyOut {
  private lines: string[] = [];
  private connection: CopyConnection | undefined;
  private paused = false;
  private ended = false;
  private error: Error | undefined;
  private wake: (() => void) | undefined;

  constructor(private readonly statement: string) {}

  async next(): Promise<readonly string[] | undefined> {
    while (this.lines.length === 0) {
      if (this.error !== undefined) throw this.error;
      if (this.ended) return undefined;
      if (this.paused) this.pause(false);
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    const { lines } = this;
    this.lines = [];
    if (this.paused) this.pause(false);
    return lines;
  }

  submit(connection: CopyConnection): void {
    this.connection = connection;
    connection.query(this.statement);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    // The line break at the end is left out.
    this.lines.push(chunk.toString('utf8', 0, chunk.length - 1));
    if (this.lines.length >= WAITING_MAX && !this.paused) this.pause(true);
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

const BACKSLASH = '\\';

/**
 * The columns of a line of COPY's text format. Columns without a tab, a backslash or a line break, which is nearly all there
 * ever are, are cut out of the line as they stand.
 */
export function copyColumns(line: string): string[] {
  const columns = line.split('\t');
  return line.includes(BACKSLASH) ? columns.map(unescaped) : columns;
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** As COPY writes text: a letter for six control characters, a backslash for itself. */
export function unescaped(column: string): string {
  if (!column.includes(BACKSLASH)) return column;
  return column.replace(/\\(.)/gs, (_, character: string) => ESCAPES[character] ?? character);
}
