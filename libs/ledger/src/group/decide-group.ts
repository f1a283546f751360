import {
  decide,
  evolveRedemption,
  recordEvents,
  redemptionIdOf,
  redemptionOf,
  type ChainDigest,
  type Command,
  type DomainEvent,
  type LocalVoucher,
  type RecordedEvent,
  type Redemption,
  type StreamHead,
} from '#domain';
import type { Executed } from '../ledger-command.js';
import { LedgerError } from '../ledger-error.js';
import type { CodeOwner } from './code-owners.js';
import { redemptionKey, type KeyOwner, type LoadedGroup } from './load-group.js';
import { keyIdOf, type PendingCommand } from './pending-command.js';
import type { GroupCounters } from './take-limits.js';

export interface DecidingDeps {
  readonly digest: ChainDigest;
  readonly newId: () => string;
}

/** A redemption that this group has changed, as it will stand. */
export interface ChangedRedemption {
  readonly companyId: number;
  readonly walletId: string;
  readonly before: Redemption | undefined;
  readonly after: Redemption;
  /** The last command that changed it came from a caller: what it owes now is due at once. */
  readonly byCaller: boolean;
}

/** What is to be answered once the group has committed, and what is to be written for that. */
export interface DecidedGroup {
  readonly answers: readonly { readonly command: PendingCommand; readonly answer: Executed }[];
  readonly refusals: readonly { readonly command: PendingCommand; readonly error: unknown }[];
  /** Back to the head of the lane: their lock was not to be had, or their key is being decided by this very group. */
  readonly deferred: readonly PendingCommand[];
  /** Their key is owned by themselves: an earlier run, whose fate was unknown, did commit. */
  readonly recovered: readonly { readonly command: PendingCommand; readonly owner: KeyOwner }[];
  readonly written: readonly { readonly command: PendingCommand; readonly recorded: readonly RecordedEvent[] }[];
  /** Commands that won their key and wrote nothing: the claim is given up. */
  readonly emptyClaims: readonly PendingCommand[];
  readonly heads: ReadonlyMap<string, { readonly command: PendingCommand; readonly head: StreamHead }>;
  readonly changed: ReadonlyMap<string, ChangedRedemption>;
  readonly counters: GroupCounters;
  /** Redemptions whose code another one was given: they owe a look at that. */
  readonly codeOwners: readonly CodeOwner[];
}

/** Decides the group's commands in arrival order, each against what those before it did; one that is refused is refused alone. */
export function decideGroup(
  group: readonly PendingCommand[],
  loaded: LoadedGroup,
  /** What pools gave, by command id. */
  pooled: ReadonlyMap<string, LocalVoucher>,
  counters: GroupCounters,
  deps: DecidingDeps,
): DecidedGroup {
  const state = new GroupDecision(loaded, pooled, counters, deps);
  for (const command of group) state.take(command);
  return state;
}

class GroupDecision implements DecidedGroup {
  readonly answers: { command: PendingCommand; answer: Executed }[] = [];
  readonly refusals: { command: PendingCommand; error: unknown }[] = [];
  readonly deferred: PendingCommand[] = [];
  readonly recovered: { command: PendingCommand; owner: KeyOwner }[] = [];
  readonly written: { command: PendingCommand; recorded: readonly RecordedEvent[] }[] = [];
  readonly emptyClaims: PendingCommand[] = [];
  readonly heads = new Map<string, { command: PendingCommand; head: StreamHead }>();
  readonly changed = new Map<string, ChangedRedemption>();
  readonly codeOwners: CodeOwner[] = [];
  private readonly takenKeys = new Set<string>();

  constructor(
    private readonly loaded: LoadedGroup,
    private readonly pooled: ReadonlyMap<string, LocalVoucher>,
    readonly counters: GroupCounters,
    private readonly deps: DecidingDeps,
  ) {}

  take(command: PendingCommand): void {
    const keyId = keyIdOf(command);
    const owner = keyId === undefined ? undefined : this.loaded.owners.get(keyId);
    if (owner !== undefined) {
      this.answerFromOwner(command, owner);
      return;
    }
    // The key's first bearer decides it; those behind learn its fate in the next group.
    if (keyId !== undefined && this.takenKeys.has(keyId)) {
      this.deferred.push(command);
      return;
    }
    if (keyId !== undefined) this.takenKeys.add(keyId);
    const missed = this.loaded.missedStreams.has(command.streamId);
    if (!missed && this.tryToDecide(command)) return;
    if (keyId !== undefined) this.emptyClaims.push(command);
    if (!missed) return;
    command.missed += 1;
    this.deferred.push(command);
  }

  private answerFromOwner(command: PendingCommand, owner: KeyOwner): void {
    if (owner.commandId === command.commandId) {
      this.recovered.push({ command, owner });
    } else if (owner.commandDigest !== command.key?.commandDigest || owner.walletId !== command.walletId) {
      this.refusals.push({ command, error: new LedgerError('IDEMPOTENCY_KEY_REUSED') });
    } else {
      const { walletId, redemptionId, version } = owner;
      this.answers.push({ command, answer: { outcome: 'repeated', walletId, redemptionId, version } });
    }
  }

  /** Returns whether the command wrote events. Whatever it throws is its own: the state is untouched and the others go on. */
  private tryToDecide(command: PendingCommand): boolean {
    const head = this.heads.get(command.streamId)?.head ?? this.loaded.heads.get(command.streamId);
    if (head === undefined) {
      this.refusals.push({ command, error: new LedgerError('WALLET_NOT_FOUND') });
      return false;
    }
    try {
      return this.decideOne(command, head);
    } catch (error) {
      this.refusals.push({ command, error });
      return false;
    }
  }

  private decideOne(command: PendingCommand, head: StreamHead): boolean {
    const { companyId, walletId, commandId, streamId, actor, traceId, key } = command;
    const named = redemptionOf(command.command);
    const before = named === undefined ? undefined : this.redemption(streamId, named);
    const { now } = this.loaded;
    const codeOwners = this.loaded.codeOwners.othersOf(command);
    const decided = decide(
      this.withPooledCode(command),
      {
        wallet: head.wallet,
        redemption: before,
        limits: this.counters.limitsFor(companyId, before),
        codeIsShared: codeOwners.length > 0,
      },
      { now, commandId },
    );
    if (decided.length === 0) {
      const answer: Executed = { outcome: 'unchanged', wallet: head.wallet, redemption: before, events: [] };
      this.answers.push({ command, answer });
      return false;
    }
    const { head: after, recorded } = recordEvents(head, decided, {
      companyId,
      walletId,
      now,
      causationId: commandId,
      actor,
      traceId,
      key,
      privateDigest: command.private?.digest,
      newEventId: this.deps.newId,
      digest: this.deps.digest,
    });
    this.heads.set(streamId, { command, head: after });
    this.written.push({ command, recorded });
    for (const { event } of recorded) this.evolve(command, event);
    const redemption = named === undefined ? undefined : this.redemption(streamId, named);
    if (redemption !== undefined && decided.some(putsCodeInPlay)) {
      this.loaded.codeOwners.add(command, redemption);
      this.codeOwners.push(...codeOwners);
    }
    const events = recorded.map(({ event }) => event);
    this.answers.push({ command, answer: { outcome: 'written', wallet: after.wallet, redemption, events } });
    return true;
  }

  private withPooledCode({ command, commandId }: PendingCommand): Command {
    if (command.type !== 'AdvanceRedemption' || !this.pooled.has(commandId)) return command;
    return { ...command, voucher: this.pooled.get(commandId) };
  }

  private evolve(command: PendingCommand, event: RecordedEvent['event']): void {
    const id = redemptionIdOf(event);
    if (id === undefined) return;
    const key = redemptionKey(command.streamId, id);
    const known = this.changed.get(key);
    const before = known === undefined ? this.loaded.redemptions.get(key) : known.before;
    const current = known?.after ?? before;
    const after = evolveRedemption(current, event, event);
    const { companyId, walletId } = command;
    this.counters.move(companyId, current, after);
    this.changed.set(key, { companyId, walletId, before, after, byCaller: command.actor.kind !== 'worker' });
  }

  private redemption(streamId: string, id: string): Redemption | undefined {
    const key = redemptionKey(streamId, id);
    return this.changed.get(key)?.after ?? this.loaded.redemptions.get(key);
  }
}

/** A code that the caller brought counts from the reservation on. */
function putsCodeInPlay({ type }: DomainEvent): boolean {
  return type === 'VoucherIssued' || type === 'PointsReserved';
}
