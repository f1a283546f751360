import type { Executed, LedgerCommand } from '../ledger-command.js';

/** A command in the waiting line, with what was made for it before its first try so that a second run writes the same. */
export interface PendingCommand extends LedgerCommand {
  /** Company and wallet: what is locked, and which fold it is decided against. */
  readonly streamId: string;
  /** The private text in canonical JSON, and the salt of its digest. */
  readonly private: { readonly content: string; readonly salt: Uint8Array; readonly digest: string } | undefined;
  /** Groups in which its wallet's lock was not to be had. */
  missed: number;
  /** A run of it ended without an answer: it may stand, so it no longer leaves the line when its caller has gone. */
  inDoubt: boolean;
  readonly resolve: (executed: Executed) => void;
  readonly reject: (error: unknown) => void;
}

/** The identity of an idempotency key within the database. */
export function keyIdOf({ companyId, key }: LedgerCommand): string | undefined {
  return key === undefined ? undefined : `${companyId}\n${key.scope}\n${key.keyDigest}`;
}
