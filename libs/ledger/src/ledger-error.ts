export type LedgerErrorCode =
  /** No wallet of this id: customers and wallets are made by earn and by `PUT customers` alone. */
  | 'WALLET_NOT_FOUND'
  /** The key came before with another command or for another wallet. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The waiting line is full: try again after `retryAfterMs`. */
  | 'LEDGER_OVERLOADED'
  /** The database could not be had within the bounded retries; whether the command was written is not known: repeat it by its key. */
  | 'LEDGER_UNAVAILABLE'
  /** The caller went away before its command was taken up; nothing was written. */
  | 'COMMAND_ABANDONED';

const explanations: Record<LedgerErrorCode, string> = {
  WALLET_NOT_FOUND: 'There is no such wallet.',
  IDEMPOTENCY_KEY_REUSED: 'This idempotency key was used for another request. Send a new key.',
  LEDGER_OVERLOADED: 'The engine is at its limit. Repeat the request with the same idempotency key after a moment.',
  LEDGER_UNAVAILABLE: 'The ledger cannot be reached. Repeat the request with the same idempotency key.',
  COMMAND_ABANDONED: 'The caller went away before the command was carried out.',
};

/** Why the ledger did not carry a command out, where the domain did not refuse it. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  /** When to try again, for errors that pass. */
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly code: LedgerErrorCode,
    options: { readonly cause?: unknown; readonly retryAfterMs?: number } = {},
  ) {
    super(explanations[code], options.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}
