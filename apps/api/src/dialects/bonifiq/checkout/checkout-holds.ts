import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { decodeRedemption, DomainError, type Redemption } from '#domain';
import type { ServiceConfig } from '#platform';
import { PrismaClient } from '#platform/prisma';
import { CONFIG } from '../../../engine/tokens.js';
import { ApiError } from '../../../http/api-error.js';
import type { CallContext } from '../../../http/call-context.js';
import type { AwaitedRedemption } from '../../../redemptions/answered-redemption.js';
import { ReleaseRedemptionCommand } from '../../../redemptions/release-redemption/release-redemption.command.js';

/** Cashback that was applied in a checkout: a hold that waits for the order. */
export interface CheckoutHold {
  readonly checkoutId: string;
  readonly redemption: Redemption;
  /** Neither committed nor given back. */
  readonly isOpen: boolean;
}

const openStatuses: ReadonlySet<Redemption['status']> = new Set(['requested', 'reserved', 'releasing']);

/** What a customer has applied in checkouts. Which checkout it was stands in the redemption's metadata. */
@Injectable()
export class CheckoutHolds {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly commands: CommandBus,
    @Inject(CONFIG) private readonly config: ServiceConfig,
  ) {}

  /**
   * Every open hold of any checkout, and all there ever was of this one, the newest first. Plan: the wallet's range of
   * (company_id, wallet_id, requested_at), walked backwards, and for each row the text's primary key.
   */
  async of(companyId: number, walletId: string, checkoutId: string): Promise<readonly CheckoutHold[]> {
    const rows = await this.prisma.$queryRaw<{ state: string; checkoutId: string }[]>`
      SELECT r.state, t.content::json -> 'metadata' ->> 'CheckoutId' AS "checkoutId"
        FROM redemption r
        JOIN private_text t ON t.company_id = r.company_id AND t.wallet_id = r.wallet_id AND t.version = r.first_version
       WHERE r.company_id = ${companyId}::int AND r.wallet_id = ${walletId}::uuid
         AND r.state::json ->> 'dialect' = 'bonifiq' AND r.state::json ->> 'deduction' = 'order'
         AND (r.status IN ('requested', 'reserved', 'releasing')
              OR t.content::json -> 'metadata' ->> 'CheckoutId' = ${checkoutId}::text)
       ORDER BY r.requested_at DESC, r.first_version DESC`;
    return rows.map((row) => {
      const redemption = decodeRedemption(row.state);
      return { checkoutId: row.checkoutId, redemption, isOpen: openStatuses.has(redemption.status) };
    });
  }

  /** Gives holds back. Those that an order has committed meanwhile stay committed, and are left out of the answer. */
  async release(call: CallContext, holds: readonly CheckoutHold[]): Promise<readonly AwaitedRedemption[]> {
    const released = await Promise.all(holds.map(({ redemption }) => this.#release(call, redemption.id)));
    return released.filter((one) => one !== undefined);
  }

  async #release(call: CallContext, redemptionId: string): Promise<AwaitedRedemption | undefined> {
    const command = new ReleaseRedemptionCommand(call, redemptionId, undefined, undefined, this.config.redeemWaitMs);
    try {
      return await this.commands.execute(command);
    } catch (error) {
      const isOrdered =
        (error instanceof DomainError && error.code === 'ALREADY_COMMITTED') ||
        (error instanceof ApiError && error.code === 'VOUCHER_USED');
      if (isOrdered) return undefined;
      throw error;
    }
  }
}
