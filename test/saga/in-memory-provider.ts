import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type {
  CallLimits,
  CancelOutcome,
  FindOutcome,
  IssueOutcome,
  ProviderCapabilities,
  ProviderKind,
  VoucherKey,
  VoucherProvider,
  VoucherRequest,
} from '#vouchers';

/** How one call for a voucher goes; `fine` when nothing is scripted. */
export type IssueMode =
  | 'fine'
  /** Issued, and the answer is lost on the way. */
  | 'issued_then_lost'
  /** Issued, and then silence. */
  | 'issued_then_hangs'
  /** The request is lost on the way. */
  | 'request_lost'
  | 'not_sent'
  | 'declines'
  /** Issued, but the answer's code can't be printed. */
  | 'garbage';

/** How a find or a cancellation goes. */
export type AskMode = 'fine' | 'lost';

interface Held {
  readonly code: string;
  state: 'active' | 'cancelled' | 'used';
}

/**
 * A voucher provider in memory that honours the port's contract: one voucher a key, and a cancelled key stays cancelled even if it was
 * never seen before. Its calls go wrong as a test scripts them, in order.
 */
export class InMemoryProvider implements VoucherProvider {
  readonly issueModes: IssueMode[] = [];
  readonly findModes: AskMode[] = [];
  readonly cancelModes: AskMode[] = [];
  /** Calls for a voucher, whether or not anything was sent. */
  calls = 0;
  /** Requests that reached the provider. */
  readonly requests: VoucherRequest[] = [];
  readonly cancelled: VoucherKey[] = [];
  finds = 0;
  /** Aborted: calls that hang break off. */
  readonly hanging = new AbortController();
  private readonly held = new Map<string, Held | 'tombstone'>();

  async issue(request: VoucherRequest, { deadlineMs, signal }: CallLimits): Promise<IssueOutcome> {
    this.calls += 1;
    const mode = this.issueModes.shift() ?? 'fine';
    if (mode === 'not_sent' || performance.now() >= deadlineMs) return { kind: 'not_sent' };
    if (mode === 'request_lost') return { kind: 'unknown' };
    this.requests.push(request);
    if (mode === 'declines') return { kind: 'declined', reason: 'not today' };
    const known = this.held.get(request.providerKey) ?? this.newVoucher(request.providerKey);
    if (known === 'tombstone' || known.state === 'cancelled') return { kind: 'declined', reason: 'cancelled' };
    if (mode === 'issued_then_hangs') {
      await sleep(60_000, undefined, { signal: AbortSignal.any([signal, this.hanging.signal]) });
    }
    if (mode === 'issued_then_lost') return { kind: 'unknown' };
    const code = mode === 'garbage' ? `${known.code}\u0000` : known.code;
    return { kind: 'issued', voucher: { code, externalId: undefined, expiresAt: undefined } };
  }

  find({ providerKey }: VoucherKey): Promise<FindOutcome> {
    this.finds += 1;
    return Promise.resolve(this.findModes.shift() === 'lost' ? { kind: 'unknown' } : this.findNow(providerKey));
  }

  cancel(key: VoucherKey): Promise<CancelOutcome> {
    if (this.cancelModes.shift() === 'lost') return Promise.resolve({ kind: 'unknown' });
    this.cancelled.push(key);
    const known = this.held.get(key.providerKey);
    if (known === undefined) this.held.set(key.providerKey, 'tombstone');
    if (known === undefined || known === 'tombstone') return Promise.resolve({ kind: 'void' });
    if (known.state === 'used') return Promise.resolve({ kind: 'used' });
    known.state = 'cancelled';
    return Promise.resolve({ kind: 'void' });
  }

  /** Somebody uses the voucher in the shop. */
  use(providerKey: string): void {
    const known = this.held.get(providerKey);
    if (known !== undefined && known !== 'tombstone') known.state = 'used';
  }

  /** The code that works in the shop now, if there is one. */
  usableCode(providerKey: string): string | undefined {
    const known = this.held.get(providerKey);
    return known !== undefined && known !== 'tombstone' && known.state !== 'cancelled' ? known.code : undefined;
  }

  private newVoucher(providerKey: string): Held {
    const held: Held = { code: `SHOP-${this.held.size + 1}-${providerKey.slice(-6)}`, state: 'active' };
    this.held.set(providerKey, held);
    return held;
  }

  private findNow(providerKey: string): FindOutcome {
    const known = this.held.get(providerKey);
    if (known === undefined) return { kind: 'not_found' };
    if (known === 'tombstone' || known.state === 'cancelled') return { kind: 'cancelled' };
    const voucher = { code: known.code, externalId: undefined, expiresAt: undefined };
    return { kind: known.state === 'used' ? 'used' : 'issued', voucher };
  }
}

/** Which provider a test has now, how long its calls may take, and how many there may be in a second. */
export interface Stage {
  provider: VoucherProvider;
  timeoutMs: number;
  ratePerSecond?: number;
}

/** A kind whose one provider is whoever is on the stage. */
export function kindOf(stage: Stage, lacks: Partial<ProviderCapabilities> = {}): ProviderKind {
  return {
    configSchema: z.unknown(),
    capabilities: () => ({ idempotent: true, canLookup: true, canCancel: true, ...lacks }),
    open: (_, { currency }) => ({
      reach: 'outside',
      currency,
      get provider() {
        return stage.provider;
      },
      get timeoutMs() {
        return stage.timeoutMs;
      },
      get ratePerSecond() {
        return stage.ratePerSecond;
      },
    }),
  };
}
