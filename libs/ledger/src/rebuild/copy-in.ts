import type pg from 'pg';
import type { CopyRows } from '../projections/copy-rows.js';

/** As much of node-postgres' connection as COPY needs. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** `COPY table (columns) FROM STDIN (FORMAT binary)` for rows that `CopyRows` took: no statement to parse, no parameter to escape. */
export function copyIn(client: pg.ClientBase, statement: string, rows: CopyRows): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(new CopyIn(statement, rows.chunks(), resolve, reject) as unknown as pg.Submittable);
  });
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
