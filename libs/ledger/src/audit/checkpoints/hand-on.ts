import { appendFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { shownCheckpoint, type StoredCheckpoint } from './stored-checkpoint.js';

/** Where a checkpoint is handed on to, outside the reach of whoever may write to the database. */
export interface Outside {
  /** A line of JSON is added to it. */
  readonly file: string | undefined;
  /** Gets a POST with the same JSON, and must answer 2xx. */
  readonly url: { reveal(): string } | undefined;
}

/** A checkpoint could not be handed on. The message says where to, without what a URL may hold of secrets. */
export class HandOnError extends Error {
  override readonly name = 'HandOnError';
}

const TRIES = 3;
const PAUSE_MS = 1_000;
const TIMEOUT_MS = 10_000;

/**
 * Hands a checkpoint on. One that is lost does no harm that lasts: the next names its hash.
 * @throws HandOnError
 */
export async function handOn(stored: StoredCheckpoint, { file, url }: Outside): Promise<void> {
  const line = JSON.stringify(shownCheckpoint(stored));
  if (file !== undefined) {
    await appendFile(file, `${line}\n`).catch((error: unknown) => {
      throw new HandOnError(`CHECKPOINT_FILE ${file} can't be written to: check the folder and its rights.`, {
        cause: error,
      });
    });
  }
  if (url !== undefined) await post(url.reveal(), line);
}

async function post(url: string, body: string): Promise<void> {
  for (let tried = 1; ; tried++) {
    const problem = await postOnce(url, body);
    if (problem === undefined) return;
    if (tried === TRIES) {
      throw new HandOnError(`CHECKPOINT_URL at ${new URL(url).host} did not take the checkpoint: ${problem}.`);
    }
    await sleep(PAUSE_MS * tried);
  }
}

async function postOnce(url: string, body: string): Promise<string | undefined> {
  const { username, password, ...rest } = withoutUser(url);
  const authorization =
    username === '' ? {} : { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
  try {
    const answer = await fetch(rest.address, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...authorization },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return answer.ok ? undefined : `it answered ${answer.status}`;
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } };
    return cause?.code ?? (error as Error).name;
  }
}

/** `fetch` refuses an address with a user in it. */
function withoutUser(url: string): { readonly address: string; readonly username: string; readonly password: string } {
  const address = new URL(url);
  const [username, password] = [address.username, address.password].map(decodeURIComponent) as [string, string];
  address.username = '';
  address.password = '';
  return { address: address.href, username, password };
}
