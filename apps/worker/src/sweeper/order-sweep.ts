import type { Orders, Refunds } from '#ledger';
import { DomainError } from '#domain';
import type { Logger } from '#platform';

const ORIGIN = { actor: { kind: 'worker', id: 'orders' }, traceId: undefined } as const;
const ORDERS_MAX = 100;

export interface OrderSweepDeps {
  readonly orders: Pick<Orders, 'unfinished' | 'resume'>;
  readonly refunds: Pick<Refunds, 'unfinished' | 'resume'>;
  readonly everyMs: number;
  /** Younger ones are left to the calls that told of them; to be overtaken does no harm. */
  readonly olderThanMs: number;
  readonly logger: Logger;
}

/**
 * Goes on with orders and refunds that stand on record but not, or not wholly, in the ledger: the process that was told of them died in
 * between, and its caller may never repeat the call.
 */
export class OrderSweep {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;
  private stopped = false;

  constructor(private readonly deps: OrderSweepDeps) {}

  start(): void {
    this.timer = setInterval(() => {
      this.sweeping ??= this.sweep().finally(() => {
        this.sweeping = undefined;
      });
    }, this.deps.everyMs);
    this.timer.unref();
  }

  /** Begins no other order; resolves when the one in hand has been gone on with. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.sweeping;
  }

  async sweep(): Promise<void> {
    const { orders, refunds, olderThanMs, logger } = this.deps;
    const page = { olderThanMs, limit: ORDERS_MAX };
    try {
      for (const { companyId, orderId } of await orders.unfinished(page)) {
        if (this.stopped) return;
        await this.goOn(companyId, orderId, () => orders.resume({ ...ORIGIN, companyId }, orderId));
      }
      for (const { companyId, ...key } of await refunds.unfinished(page)) {
        if (this.stopped) return;
        await this.goOn(companyId, key.orderId, () => refunds.resume({ ...ORIGIN, companyId }, key));
      }
    } catch (error) {
      logger.warn({ err: error }, 'Unfinished orders could not be looked for; the next sweep does it.');
    }
  }

  private async goOn(companyId: number, orderId: string, resume: () => Promise<unknown>): Promise<void> {
    const { logger } = this.deps;
    try {
      await resume();
      logger.warn({ companyId, orderId }, 'An order was cut off and has been finished.');
    } catch (error) {
      // Refused codes were taken out of the order again, as the call itself would have done.
      const refused = error instanceof DomainError;
      logger.warn(
        { err: error, companyId, orderId },
        refused ? 'A cut-off order was refused.' : 'A cut-off order waits for the next sweep.',
      );
    }
  }
}
