import type pg from 'pg';

/** COMMIT did not answer COMMIT: nothing was written. */
export class CommitRefused extends Error {
  override readonly name = 'CommitRefused';
}

/** The server's word that a commit was made here but not where it should also have been: nobody knows whether it will last. */
const WARNING = '01000';

/** Listens for the server's warnings while a transaction is made. */
export function watchForDoubt(client: pg.PoolClient): { check(): void; end(): void } {
  let doubt: Error | undefined;
  const onNotice = (notice: { code?: string | undefined }): void => {
    if (notice.code === WARNING) doubt = new Error('The server warned while committing');
  };
  client.on('notice', onNotice);
  return {
    /** To be asked after COMMIT. @throws where the server had a warning. */
    check() {
      if (doubt !== undefined) throw doubt;
    },
    end() {
      client.off('notice', onNotice);
    },
  };
}

/** Only a COMMIT that answers COMMIT is one: an aborted transaction answers ROLLBACK without an error. @throws CommitRefused */
export async function commit(client: pg.ClientBase): Promise<void> {
  const { command } = await client.query('COMMIT');
  if (command !== 'COMMIT') throw new CommitRefused('The transaction was rolled back');
}

/** A record of the log that changes nothing. A transaction without one is neither flushed nor waited for, whatever id it has. */
const WRITE_A_RECORD = `SELECT pg_logical_emit_message(true, 'holdfast', '')`;

/**
 * Commits a transaction that changes nothing: it is as durable as the server can make one, and everything read before it is then,
 * too. What a first run wrote may so far stand on one machine only, though it can be read.
 */
export async function confirmWhatIsRead(client: pg.ClientBase): Promise<void> {
  await client.query('BEGIN');
  await client.query(WRITE_A_RECORD);
  await commit(client);
}
