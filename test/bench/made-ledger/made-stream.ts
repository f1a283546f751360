import {
  addMillis,
  decide,
  emptyWallet,
  evolveRedemption,
  formatInstant,
  genesisHash,
  isFinished,
  recordEvents,
  redemptionIdOf,
  redemptionOf,
  type Command,
  type CommandKey,
  type Instant,
  type Redemption,
  type StreamHead,
} from '#domain';
import { sha256, uuidV7 } from '#platform';
import { createHash } from 'node:crypto';
import { httpProvider, request, voucher } from '../../support/ledger/ledger-rig.js';
import type { SeededRandom } from '../../support/ledger/seeded-random.js';
import { customerLine, eventLine, keyLine, orderLines, redemptionLines, walletLine, type Table } from './made-rows.js';

/** Takes the rows of the tables as they come. */
export type Emit = (table: Table, line: string) => void;

const apiKey = { kind: 'api_key', id: '01a201d2-c35c-73d3-ae65-28dab89dab5c' } as const;
const worker = { kind: 'worker', id: 'saga' } as const;

/** Points of the first earn; with those that follow it is enough for nearly all that is asked for. */
const FIRST_EARN = 2_000n;
const PAUSE_MS = 2_000;

/**
 * One wallet's life in a ledger that is made up, a command at a time, decided and recorded by the engine's own code: mostly codes
 * of ours committed at once, some by order, some from a provider, some given back, reversed, refused or flagged.
 */
export class MadeStream {
  private head: StreamHead;
  private current: Redemption | undefined;
  private openedAt = '';
  private lastAt: Instant | undefined;

  constructor(
    private readonly place: { readonly companyId: number; readonly walletId: string; readonly customerId: string },
    private readonly random: SeededRandom,
    private readonly emit: Emit,
  ) {
    const { companyId, walletId } = place;
    this.head = { wallet: emptyWallet, hash: genesisHash(sha256, companyId, walletId) };
  }

  /** Returns how many events it wrote. What is under way goes on moments after it was begun: it would expire before its stream's next turn. */
  step(turn: Instant): number {
    const { lastAt } = this;
    const now = this.current === undefined || lastAt === undefined ? turn : earlier(turn, addMillis(lastAt, PAUSE_MS));
    this.lastAt = now;
    return this.stepAt(now);
  }

  private stepAt(now: Instant): number {
    if (this.head.wallet.version === 0n) {
      const { companyId, walletId, customerId } = this.place;
      this.emit('customer', customerLine(companyId, customerId, walletId));
      this.openedAt = formatInstant(now);
      this.run({ type: 'OpenWallet' }, now, undefined);
      return 1 + this.run(earn(FIRST_EARN), now, 'holdfast.earn');
    }
    const { current } = this;
    if (current === undefined) return this.opening(now);
    const written = this.goOn(current, now);
    const after = this.current;
    // What has ended is left alone, but now and then somebody wants the points back.
    if (after !== undefined && (isFinished(after) || written === 0) && !this.isReversed(after)) this.close(after);
    return written;
  }

  /** No more comes. */
  end(): void {
    if (this.current !== undefined) this.close(this.current);
    if (this.head.wallet.version > 0n) this.emit('wallet', walletLine(this.place, this.head, this.openedAt));
  }

  private opening(now: Instant): number {
    const dice = this.random.below(100);
    if (dice < 18) return this.run(earn(BigInt(100 + this.random.below(200))), now, 'holdfast.earn');
    if (dice < 20) {
      const adjust = { pointsDelta: -1n, referenceType: 'manual', referenceId: undefined } as const;
      return this.run({ type: 'AdjustPoints', ...adjust }, now, 'holdfast.adjust');
    }
    const points = BigInt(dice === 99 ? 1_000_000 : 10 + this.random.below(50));
    const deduction = dice < 40 ? 'order' : 'immediate';
    const provider = dice >= 90 ? { provider: httpProvider() } : {};
    const wish = request(points, { deduction, ...provider });
    const own = wish.provider === undefined ? undefined : { ...wish.provider, key: wish.redemptionId };
    return this.run({ ...wish, provider: own }, now, 'bitbybit.redeem');
  }

  private goOn(r: Redemption, now: Instant): number {
    const redemptionId = r.id;
    const dice = this.random.below(100);
    const advance = (own: boolean): number => {
      const code = own ? voucher(uuidV7()) : undefined;
      const call = own ? undefined : { timeoutMs: 5_000, notFound: false };
      return this.run({ type: 'AdvanceRedemption', redemptionId, voucher: code, call }, now, undefined);
    };
    if (r.status === 'requested') return advance(r.provider?.kind === 'generated');
    if (r.calls.open) {
      const answer = { kind: 'issued', voucher: voucher(uuidV7()) } as const;
      return this.run({ type: 'RecordCallAnswer', redemptionId, attempt: r.calls.attempts, answer }, now, undefined);
    }
    if (r.status === 'reserved' && dice < 5 && r.flags.length === 0) {
      return this.run({ type: 'FlagRedemption', redemptionId, reason: 'code_ambiguous' }, now, undefined);
    }
    if (r.status === 'reserved' && dice < 70) {
      const order = { orderId: `order-${uuidV7()}`, recoveryId: uuidV7() };
      return this.run({ type: 'ApplyOrder', redemptionId, ...order }, now, 'holdfast.order');
    }
    if (r.status === 'reserved') return this.run({ type: 'ReleaseRedemption', redemptionId }, now, undefined);
    if (r.status === 'releasing' && r.provider?.kind === 'http') return this.told(redemptionId, now);
    if (r.status === 'releasing') return advance(true);
    if (r.status === 'reversing' && r.provider?.kind === 'http') return this.told(redemptionId, now);
    if (r.status === 'reversing') return advance(true);
    return this.isReversed(r)
      ? this.run({ type: 'ReverseRedemption', redemptionId, points: undefined }, now, 'bitbybit.reverse')
      : 0;
  }

  private told(redemptionId: string, now: Instant): number {
    return this.run({ type: 'RecordCancelAnswer', redemptionId, answer: { kind: 'void' } }, now, undefined);
  }

  /** Two in a hundred, by their id, so that it is the same whenever it is asked. */
  private isReversed(r: Redemption): boolean {
    return r.status === 'committed' && Number.parseInt(r.id.slice(-2), 16) < 5;
  }

  private close(r: Redemption): void {
    const { companyId, walletId } = this.place;
    const orders = r.voucher.orderIds.flatMap((id) => orderLines(this.place, id, r, formatInstant(r.updatedAt)));
    for (const [table, line] of [...redemptionLines(companyId, walletId, r), ...orders]) this.emit(table, line);
    this.current = undefined;
  }

  private run(command: Command, now: Instant, scope: string | undefined): number {
    const { companyId, walletId } = this.place;
    const commandId = uuidV7();
    const named = redemptionOf(command);
    const redemption = named === undefined ? undefined : this.current;
    const events = decide(command, { wallet: this.head.wallet, redemption }, { now, commandId });
    if (events.length === 0) return 0;
    const { head, recorded } = recordEvents(this.head, events, {
      companyId,
      walletId,
      now,
      causationId: commandId,
      actor: scope === undefined ? worker : apiKey,
      traceId: commandId.replaceAll('-', ''),
      key: scope === undefined ? undefined : keyOf(scope, commandId),
      privateDigest: scope === undefined ? undefined : digestOf(commandId),
      newEventId: uuidV7,
      digest: sha256,
    });
    this.head = head;
    for (const row of recorded) {
      this.emit('event', eventLine(row));
      if (row.event.key !== undefined) this.emit('command_key', keyLine(row));
      if (redemptionIdOf(row.event) !== undefined) {
        this.current = evolveRedemption(this.current, row.event, row.event);
      }
    }
    return recorded.length;
  }
}

function earlier(a: Instant, b: Instant): Instant {
  return a < b ? a : b;
}

function earn(points: bigint): Command {
  return { type: 'EarnPoints', points, referenceType: 'order', referenceId: `order-${points}` };
}

function keyOf(scope: string, commandId: string): CommandKey {
  const digest = digestOf(commandId);
  return { scope, keyDigest: digest, commandDigest: digest };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
