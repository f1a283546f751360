import { Injectable } from '@nestjs/common';
import type { CustomerFacts } from '#domain';
import { PrismaClient } from '#platform/prisma';
import { notFound } from '../http/api-error.js';

/** What eligibility rules ask of a customer, as it stands now. */
@Injectable()
export class CustomerFactsReader {
  constructor(private readonly prisma: PrismaClient) {}

  /** @throws ApiError NOT_FOUND */
  async of(companyId: number, customerId: string, walletId: string): Promise<CustomerFacts> {
    const [customer, hasOrdered] = await Promise.all([
      this.prisma.customer.findUnique({
        where: { companyId_id: { companyId, id: customerId } },
        select: { tier: true, tags: true },
      }),
      this.#hasOrdered(companyId, customerId, walletId),
    ]);
    if (customer === null) throw notFound();
    return { tier: customer.tier ?? undefined, tags: customer.tags, hasOrdered };
  }

  /**
   * Whether a shop has told us of an order of theirs, or committed one of their redemptions for one. Plan: (company_id, customer_id,
   * placed_at), then the wallet's range of (company_id, wallet_id, requested_at).
   */
  async #hasOrdered(companyId: number, customerId: string, walletId: string): Promise<boolean> {
    const [row] = await this.prisma.$queryRaw<{ ordered: boolean }[]>`
      SELECT EXISTS (SELECT FROM purchase_order o
                      WHERE o.company_id = ${companyId}::int AND o.customer_id = ${customerId})
          OR EXISTS (SELECT FROM redemption r
                      WHERE r.company_id = ${companyId}::int AND r.wallet_id = ${walletId}::uuid
                        AND json_array_length(r.state::json -> 'voucher' -> 'orderIds') > 0) AS ordered`;
    return row?.ordered ?? false;
  }
}
