import { encodeEvent } from './event/canonical-event.js';
import { chainHash, type ChainDigest } from './event/hash-chain.js';
import type { Actor, CommandKey, DomainEvent, LedgerEvent } from './event/ledger-event.js';
import { schemaVersionOf } from './event/upcast.js';
import { later, type Instant } from './instant.js';
import { evolveWallet, type Wallet } from './wallet/wallet.js';

/** A wallet's stream as far as it has been written: its fold and the hash of its newest event. */
export interface StreamHead {
  readonly wallet: Wallet;
  readonly hash: Uint8Array;
}

/** What a command brings along for the events it causes. */
export interface RecordingContext {
  readonly companyId: number;
  readonly walletId: string;
  readonly now: Instant;
  readonly causationId: string;
  readonly actor: Actor;
  readonly traceId: string | undefined;
  /** Stands on the first event only. */
  readonly key: CommandKey | undefined;
  readonly privateDigest: string | undefined;
  readonly newEventId: () => string;
  readonly digest: ChainDigest;
}

/** An event with the bytes that are stored and the hash over them. */
export interface RecordedEvent {
  readonly event: LedgerEvent;
  readonly bytes: string;
  readonly hash: Uint8Array;
}

/** Gives decided events their place in the stream: version, time (never earlier than the last), balances, bytes, hash. */
export function recordEvents(
  head: StreamHead,
  decided: readonly DomainEvent[],
  context: RecordingContext,
): { readonly head: StreamHead; readonly recorded: readonly RecordedEvent[] } {
  const { companyId, walletId, causationId, actor, traceId } = context;
  let { wallet, hash } = head;
  const recorded = decided.map((domainEvent, index): RecordedEvent => {
    const version = wallet.version + 1n;
    const occurredAt = wallet.lastOccurredAt === undefined ? context.now : later(context.now, wallet.lastOccurredAt);
    wallet = evolveWallet(wallet, domainEvent, { version, occurredAt, causationId });
    // Every field in one literal: spreading the small event into a larger one is twelve times the work for the engine.
    const event = {
      type: domainEvent.type,
      data: domainEvent.data,
      eventId: context.newEventId(),
      companyId,
      walletId,
      version,
      schemaVersion: schemaVersionOf(domainEvent.type),
      occurredAt,
      causationId,
      actor,
      traceId,
      key: index === 0 ? context.key : undefined,
      privateDigest: index === 0 ? context.privateDigest : undefined,
      balances: { available: wallet.available, reserved: wallet.reserved, burned: wallet.burned },
    } as LedgerEvent;
    const bytes = encodeEvent(event);
    hash = chainHash(context.digest, hash, bytes);
    return { event, bytes, hash };
  });
  return { head: { wallet, hash }, recorded };
}
