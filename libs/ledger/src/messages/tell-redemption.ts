import type { Presence } from '../presence.js';
import type { Actor, CommandKey, CommitRedemption, ReleaseRedemption, ResolveFlags, ReverseRedemption } from '#domain';
import { uuidV7 } from '#platform';
import type { Ledger } from '../ledger.js';
import type { Executed, PrivateText } from '../ledger-command.js';
import type { RedemptionReader } from '../read/redemption-reader.js';

/** Something a caller or a person says to a redemption that exists. */
export interface RedemptionMessage {
  readonly companyId: number;
  readonly actor: Actor;
  readonly traceId: string | undefined;
  /** Aborted when the caller has gone. */
  readonly signal?: Presence;
  /** `<dialect>.<operation>` */
  readonly scope: string;
  readonly command: CommitRedemption | ReleaseRedemption | ReverseRedemption | ResolveFlags;
  /** What makes the command this one and no other, besides the redemption. */
  readonly terms: readonly (string | null)[];
  /** The caller's own key; without one the command's id serves. */
  readonly idempotencyKey: string | undefined;
  readonly words?: Pick<PrivateText, 'note' | 'reason'>;
}

export interface ToldRedemption {
  readonly executed: Executed;
  readonly walletId: string;
  readonly idempotencyKey: string;
}

export interface TellRedemptionDeps {
  readonly ledger: Ledger;
  readonly reader: RedemptionReader;
  /** Digests a key and its command under the company's secret. */
  readonly commandKey: (
    companyId: number,
    call: { readonly scope: string; readonly key: string; readonly canonicalCommand: string },
  ) => Promise<CommandKey | undefined>;
}

/**
 * Says something to a redemption, through the ledger.
 *
 * @returns undefined where the company has no such redemption.
 * @throws DomainError, LedgerError
 */
export async function tellRedemption(
  { ledger, reader, commandKey }: TellRedemptionDeps,
  message: RedemptionMessage,
): Promise<ToldRedemption | undefined> {
  const { companyId, actor, traceId, signal, scope, command, terms, idempotencyKey, words } = message;
  const { redemptionId } = command;
  const found = await reader.loadOne({ companyId, redemptionId });
  if (found === undefined) return undefined;
  const { walletId } = found;
  const commandId = uuidV7();
  const key = idempotencyKey ?? commandId;
  const canonicalCommand = JSON.stringify([redemptionId, ...terms]);
  const text = { ...words, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) };
  const executed = await ledger.execute({
    commandId,
    companyId,
    walletId,
    actor,
    traceId,
    key: await commandKey(companyId, { scope, key, canonicalCommand }),
    privateText: Object.keys(text).length === 0 ? undefined : text,
    command,
    ...(signal === undefined ? {} : { signal }),
  });
  return { executed, walletId, idempotencyKey: key };
}
