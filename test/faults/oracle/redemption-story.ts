import type { StoredEvent } from './evidence.js';
import { big } from './points-account.js';

/** One redemption's events in order, with the few questions that the judge asks of them. */
export class RedemptionStory {
  constructor(
    readonly id: string,
    readonly events: readonly StoredEvent[],
  ) {}

  all(type: string): readonly StoredEvent[] {
    return this.events.filter((event) => event.type === type);
  }

  has(type: string): boolean {
    return this.events.some((event) => event.type === type);
  }

  indexOf(type: string): number {
    return this.events.findIndex((event) => event.type === type);
  }

  get provider(): { readonly kind: string; readonly key: string; readonly canCancel: boolean } | undefined {
    return this.events[0]?.data['provider'] as ReturnType<() => RedemptionStory['provider']>;
  }

  get isDelayed(): boolean {
    return this.events[0]?.data['deduction'] === 'order';
  }

  get pointsCommitted(): bigint {
    return this.sum('RedemptionCommitted');
  }

  get pointsReversed(): bigint {
    return this.sum('RedemptionReversed');
  }

  /** The status that these events come to, by the table of arrows in the design. */
  get status(): string {
    if (this.has('RedemptionFailed')) return 'failed';
    const released = this.all('RedemptionReleased')[0];
    if (released !== undefined) return released.data['reason'] === 'expired' ? 'expired' : 'released';
    if (this.has('RedemptionCommitted')) {
      if (this.pointsReversed >= this.pointsCommitted) return 'reversed';
      const last = this.events.filter(({ type }) => type === 'ReversalStarted' || type === 'VoucherUsed').at(-1);
      return last?.type === 'ReversalStarted' ? 'reversing' : 'committed';
    }
    if (this.has('ReleaseStarted')) return 'releasing';
    return this.has('PointsReserved') ? 'reserved' : 'requested';
  }

  get isGivenBack(): boolean {
    return ['failed', 'released', 'expired', 'reversed'].includes(this.status);
  }

  /** Flags that nobody has resolved yet. */
  get openFlags(): readonly string[] {
    const open = new Set<string>();
    for (const { type, data } of this.events) {
      if (type === 'RedemptionFlagged') open.add(data['reason'] as string);
      if (type === 'FlagResolved') for (const reason of data['reasons'] as string[]) open.delete(reason);
    }
    return [...open];
  }

  get flagsEver(): readonly string[] {
    return this.all('RedemptionFlagged').map(({ data }) => data['reason'] as string);
  }

  /** A person took the loss, or gave a word on the voucher that the provider may not keep. */
  wasResolved(...outcomes: readonly string[]): boolean {
    return this.all('FlagResolved').some(
      ({ data, actor }) => outcomes.includes(data['outcome'] as string) && actor.kind !== 'worker',
    );
  }

  private sum(type: string): bigint {
    return this.all(type).reduce((total, { data }) => total + big(data['points']), 0n);
  }
}

/** The stories of all redemptions, in the order they were requested. */
export function storiesIn(events: readonly StoredEvent[]): readonly RedemptionStory[] {
  const byId = new Map<string, StoredEvent[]>();
  for (const event of events) {
    const id = event.data['redemptionId'];
    if (typeof id !== 'string') continue;
    byId.set(id, [...(byId.get(id) ?? []), event]);
  }
  return [...byId].map(([id, own]) => new RedemptionStory(id, own));
}

/** Milliseconds since 1970 of an RFC 3339 text, the microseconds as a fraction. */
export function millisOf(text: unknown): number {
  const time = text as string;
  return Date.parse(`${time.slice(0, 23)}Z`) + Number(time.slice(23, 26)) / 1_000;
}
