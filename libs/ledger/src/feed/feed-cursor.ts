/**
 * A place in a company's feed: everything up to this event has been read. It names the epoch in which its transaction id was given, and
 * the event by the beginning of its hash: after a restore that lost it, another event may stand in its place.
 */
export interface FeedCursor {
  readonly epoch: string;
  readonly transactionId: string;
  readonly position: string;
  /** The first 16 hexadecimal digits of the event's hash; empty at the very beginning, before any event. */
  readonly hash: string;
}

const SHAPE = /^1\/([0-9]{1,20}-[0-9A-F]{8})\/(\d{1,20})\/(\d{1,19})\/([0-9a-f]{16}|)$/;

/** Opaque text for callers. */
export function encodeCursor({ epoch, transactionId, position, hash }: FeedCursor): string {
  return Buffer.from(`1/${epoch}/${transactionId}/${position}/${hash}`).toString('base64url');
}

/** Undefined for a text that is no cursor. */
export function decodeCursor(text: string): FeedCursor | undefined {
  const [, epoch, transactionId, position, hash] = SHAPE.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  if (epoch === undefined || transactionId === undefined || position === undefined || hash === undefined) {
    return undefined;
  }
  const fits = BigInt(transactionId) < 2n ** 64n && BigInt(position) < 2n ** 63n;
  return fits ? { epoch, transactionId, position, hash } : undefined;
}
