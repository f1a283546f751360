import type pg from 'pg';

/** As much of node-postgres' connection as loading needs. */
interface LoadConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** Loads lines of COPY's text format with one `COPY … FROM STDIN`. */
export function copyIn(client: pg.ClientBase, statement: string, lines: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    const copy = {
      submit: (connection: LoadConnection) => connection.query(statement),
      handleCopyInResponse(connection: LoadConnection) {
        connection.sendCopyFromChunk(Buffer.from(`${lines.join('\n')}\n`));
        connection.endCopyFrom();
      },
      handleCommandComplete: () => undefined,
      handleReadyForQuery: () => (failure === undefined ? resolve() : reject(failure)),
      handleError: (error: Error) => {
        failure = error;
        reject(error);
      },
    };
    client.query(copy as unknown as pg.Submittable);
  });
}
