import pg from 'pg';
import type { Secret } from '../config/secret.js';
import type { Logger } from '../logging/logger.js';

const CONNECT_MS = 5_000;
const RETRY_MS = 5_000;

/** The database says that a program must not start as it is set. The message is for a person, who can mend it. */
export class StartRefusedError extends Error {
  override readonly name: string = 'StartRefusedError';
}

/** A question to the database before anything else. @throws StartRefusedError */
export type StartQuestion = (client: Pick<pg.ClientBase, 'query'>) => Promise<void>;

export interface StartQuestions {
  readonly connectionString: Secret;
  readonly questions: readonly StartQuestion[];
  readonly logger: Pick<Logger, 'warn'>;
  /** Called with the `StartRefusedError` when the database could be asked only later. */
  readonly onRefused: (error: unknown) => void;
}

/**
 * Asks the database what must hold before the program does anything. One that is away doesn't hold up the start: what can't be
 * asked yet is asked again until there is an answer.
 *
 * @throws StartRefusedError
 */
export async function askAtStart(asked: StartQuestions): Promise<void> {
  try {
    await askOnce(asked.connectionString, asked.questions);
  } catch (error) {
    if (error instanceof StartRefusedError) throw error;
    asked.logger.warn({ err: error }, 'What must hold at the start could not be asked of the database yet.');
    setTimeout(() => void askAtStart(asked).catch(asked.onRefused), RETRY_MS).unref();
  }
}

/** Asks once, on a connection of its own. @throws StartRefusedError, or whatever kept the database from answering */
export async function askOnce(connectionString: Secret, questions: readonly StartQuestion[]): Promise<void> {
  const client = new pg.Client({
    connectionString: connectionString.reveal(),
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
  });
  // A connection that breaks rejects the query in hand; the event besides would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    for (const ask of questions) await ask(client);
  } finally {
    await client.end();
  }
}
