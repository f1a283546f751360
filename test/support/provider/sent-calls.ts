import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** A call for a voucher, as it was handed to its connection. */
export interface SentIssue {
  readonly key: string;
  /** In milliseconds since 1970. */
  readonly atMs: number;
}

const CHANNEL = 'undici:client:sendHeaders';
const PATH = /\/vouchers$/;
const KEY = /^idempotency-key: (.*)$/im;

/**
 * Tells of every call for a voucher that this process sends, in the turn in which it is written. The time at which a provider reads it says
 * little on a busy machine: what has been written waits in the socket for as long as the reader has no turn.
 *
 * @returns ends it.
 */
export function watchSentIssues(onSent: (issue: SentIssue) => void): () => void {
  const listen = (message: unknown): void => {
    const { request, headers } = message as { request: { method: string; path: string }; headers: string };
    const key = KEY.exec(headers)?.[1];
    if (request.method === 'POST' && PATH.test(request.path) && key !== undefined) {
      onSent({ key, atMs: Date.now() });
    }
  };
  subscribe(CHANNEL, listen);
  return () => void unsubscribe(CHANNEL, listen);
}
