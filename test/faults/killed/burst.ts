import { DomainError } from '#domain';
import { LedgerError, OrderError, type Executed, type OrderOrigin } from '#ledger';
import { isDatabaseTrouble, KeyRing, VoucherCodes } from '#platform';
import { setTimeout as sleep } from 'node:timers/promises';
import { earn, key, request, TEST_KEYS, type LedgerRig } from '../../support/ledger/ledger-rig.js';
import type { SeededRandom } from '../../support/ledger/seeded-random.js';

/** What a burst is to do, until it is killed. */
export interface BurstOrder {
  readonly connectionString: string;
  readonly companyId: number;
  readonly seed: number;
  /** Callers that each wait for their answer before they ask again. */
  readonly callers: number;
  readonly customers: number;
  /** Where every answer is written down as soon as it is given. */
  readonly answersFile: string;
}

/** Told of every answer, and of every error that is none of the engine's refusals. */
export interface BurstWitness {
  answered(executed: Executed): void;
  orderTaken(orderId: string): void;
  failed(error: unknown): void;
}

const CODES = new VoucherCodes(KeyRing.parse(TEST_KEYS));
const POINTS = 1_000_000n;
/** Short, so that holds nobody comes back for end while the run goes on. */
const HOLD_SECONDS = 6n;
const RETRY_MS = 100;
const origin = (companyId: number): OrderOrigin => ({
  companyId,
  actor: { kind: 'system', id: 'burst' },
  traceId: undefined,
});

/** Customers who redeem through the ledger itself, in every way there is: as many at once as groups are made for. Never ends by itself. */
export class Burst {
  private readonly wallets = new Map<string, Promise<string>>();

  constructor(
    private readonly rig: LedgerRig,
    private readonly order: BurstOrder,
    private readonly random: SeededRandom,
    private readonly witness: BurstWitness,
  ) {}

  async run(): Promise<never> {
    return (await Promise.all(Array.from({ length: this.order.callers }, () => this.caller())))[0] as never;
  }

  private async caller(): Promise<never> {
    for (;;) {
      try {
        await this.redeemOnce();
      } catch (error) {
        // A refusal is an answer; that the ledger is not to be had is none, and changes nothing.
        const isRefusal = error instanceof DomainError || error instanceof OrderError;
        if (!(isRefusal || error instanceof LedgerError)) this.witness.failed(error);
        if (!isRefusal) await sleep(RETRY_MS);
      }
    }
  }

  private async redeemOnce(): Promise<void> {
    const customerId = `burst-${this.random.below(this.order.customers)}`;
    const walletId = await this.walletOf(customerId);
    const isDelayed = this.random.below(10) < 4;
    const points = BigInt(1 + this.random.below(5));
    const opening = request(points, { deduction: isDelayed ? 'order' : 'immediate', holdSeconds: HOLD_SECONDS });
    const { redemptionId } = opening;
    const once = key(redemptionId, redemptionId);
    await this.told(walletId, opening, once);
    // A caller that got no answer asks again under its key.
    if (this.random.below(20) === 0) await this.told(walletId, opening, once);
    const code = `K${redemptionId.replaceAll('-', '').slice(-20).toUpperCase()}`;
    const sealed = CODES.sealCode({ companyId: this.order.companyId, redemptionId, code });
    const voucher = { code: sealed, otherDigests: [], externalId: undefined, expiresAt: undefined };
    await this.told(walletId, { type: 'AdvanceRedemption', redemptionId, voucher, call: undefined });
    if (isDelayed) await this.endHold(walletId, customerId, redemptionId, code);
    else if (this.random.below(6) === 0)
      await this.told(walletId, { type: 'ReverseRedemption', redemptionId, points: undefined });
  }

  private async endHold(walletId: string, customerId: string, redemptionId: string, code: string): Promise<void> {
    const dice = this.random.below(20);
    if (dice < 4) {
      await this.takeOrder(walletId, customerId, code);
    } else if (dice < 12) {
      await this.told(walletId, {
        type: 'CommitRedemption',
        redemptionId,
        points: undefined,
        orderId: undefined,
        keyed: true,
      });
    } else if (dice < 18) {
      // What a worker does next, unless one comes first.
      await this.told(walletId, { type: 'ReleaseRedemption', redemptionId });
      await this.told(walletId, { type: 'AdvanceRedemption', redemptionId, voucher: undefined, call: undefined });
    }
  }

  private async takeOrder(walletId: string, customerId: string, code: string): Promise<void> {
    const orderId = `O-${code}`;
    const { companyId } = this.order;
    const told = { orderId, customerId, walletId, dialect: 'bitbybit', totalCents: 4_500n, currency: 'USD' };
    await this.rig.orders
      .apply(origin(companyId), { ...told, placedAt: undefined, codes: [code] })
      .catch((error: unknown) => {
        // What reads and places orders meets the database itself; the API says the same of it.
        if (isDatabaseTrouble(error)) throw new LedgerError('LEDGER_UNAVAILABLE', { cause: error });
        throw error;
      });
    this.witness.orderTaken(orderId);
  }

  private async told(walletId: string, command: Parameters<LedgerRig['run']>[2], once?: ReturnType<typeof key>) {
    const options = once === undefined ? {} : { key: once };
    this.witness.answered(await this.rig.run(this.order.companyId, walletId, command, options));
  }

  /** Opened, and given points once, whichever process comes first. */
  private walletOf(customerId: string): Promise<string> {
    const known = this.wallets.get(customerId);
    if (known !== undefined) return known;
    const opened = this.open(customerId);
    this.wallets.set(customerId, opened);
    opened.catch(() => this.wallets.delete(customerId));
    return opened;
  }

  private async open(customerId: string): Promise<string> {
    const { companyId } = this.order;
    const { walletId } = await this.rig.wallets.open(companyId, customerId, origin(companyId));
    await this.told(walletId, earn(POINTS), key(`earn ${customerId}`, 'earn'));
    return walletId;
  }
}
