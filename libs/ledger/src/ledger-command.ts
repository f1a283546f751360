import type { Presence } from './presence.js';
import type { Actor, Command, CommandKey, LedgerEvent, Redemption, Wallet } from '#domain';

/**
 * What callers wrote in their own words for a command. It stands in the erasable side table; the event keeps a salted
 * digest of it. `idempotencyKey` is there only where the caller gave one.
 */
export interface PrivateText {
  readonly idempotencyKey?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly note?: string;
  readonly reason?: string;
}

/** A command with everything the ledger needs to carry it out again, to the same effect, if a first try's fate is unknown. */
export interface LedgerCommand {
  /** Fixed before the first try; UUIDv7. */
  readonly commandId: string;
  readonly companyId: number;
  readonly walletId: string;
  readonly actor: Actor;
  readonly traceId: string | undefined;
  /** Of a caller's write; the worker's own commands have none. Digests are hexadecimal. */
  readonly key: CommandKey | undefined;
  readonly privateText: PrivateText | undefined;
  readonly command: Command;
  /** A command whose caller has gone leaves the waiting line; one that is already in a group is carried out. */
  readonly signal?: Presence;
}

/** What became of a command. */
export type Executed =
  | {
      /** `written`: events stand. `unchanged`: it was already so. */
      readonly outcome: 'written' | 'unchanged';
      readonly wallet: Wallet;
      /** The redemption the command named or opened, as it stands afterwards. */
      readonly redemption: Redemption | undefined;
      readonly events: readonly LedgerEvent[];
    }
  | {
      /** The same key and command came before: what that one was about. */
      readonly outcome: 'repeated';
      readonly walletId: string;
      readonly redemptionId: string | undefined;
      /** Version of the first event the key's command wrote; undefined where that opened a redemption, which knows it. */
      readonly version: bigint | undefined;
    };
