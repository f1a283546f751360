import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { RedemptionReader } from '#ledger';
import { PrismaClient } from '#platform/prisma';
import { ReadCustomersQuery, type CustomerSummary } from './read-customers.query.js';

interface Figures {
  readonly customerId: string;
  readonly orders: number;
  readonly spentCents: bigint;
  readonly lastPlacedAt: Date | null;
  readonly redeemed: number;
}

@QueryHandler(ReadCustomersQuery)
export class ReadCustomersHandler implements IQueryHandler<ReadCustomersQuery> {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly reader: RedemptionReader,
  ) {}

  async execute({ companyId, customerIds }: ReadCustomersQuery): Promise<readonly CustomerSummary[]> {
    const ids = [...customerIds];
    const [customers, figures] = await Promise.all([
      this.prisma.customer.findMany({ where: { companyId, id: { in: ids } } }),
      this.#figures(companyId, ids),
    ]);
    const summaries = await Promise.all(
      customers.map(async (customer): Promise<CustomerSummary | undefined> => {
        const wallet = await this.reader.wallet(companyId, customer.walletId);
        if (wallet === undefined) return undefined;
        const known = figures.get(customer.id);
        return {
          customer,
          wallet,
          orders: {
            count: known?.orders ?? 0,
            spentCents: known?.spentCents ?? 0n,
            lastPlacedAt: known?.lastPlacedAt ?? undefined,
          },
          redeemedCount: known?.redeemed ?? 0,
        };
      }),
    );
    const found = new Map(summaries.flatMap((one) => (one === undefined ? [] : [[one.customer.id, one] as const])));
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  /** Plan: for each customer the ranges of (company_id, customer_id, placed_at) and (company_id, wallet_id, requested_at). */
  async #figures(companyId: number, customerIds: string[]): Promise<ReadonlyMap<string, Figures>> {
    const rows = await this.prisma.$queryRaw<Figures[]>`
      SELECT c.id AS "customerId", o.orders, o.spent AS "spentCents", o.last AS "lastPlacedAt", r.redeemed
        FROM customer c
        CROSS JOIN LATERAL (
          SELECT count(*)::int AS orders, coalesce(sum(total_cents - coalesce(refunded_cents, 0)), 0)::bigint AS spent,
                 max(placed_at) AS last
            FROM purchase_order o WHERE o.company_id = c.company_id AND o.customer_id = c.id) o
        CROSS JOIN LATERAL (
          SELECT count(*)::int AS redeemed
            FROM redemption r
           WHERE r.company_id = c.company_id AND r.wallet_id = c.wallet_id AND r.points_committed > r.points_reversed) r
       WHERE c.company_id = ${companyId}::int AND c.id = ANY (${customerIds}::text[])`;
    return new Map(rows.map((row) => [row.customerId, row]));
  }
}
