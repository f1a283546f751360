import { EVERY_WALLET, type StreamRange } from '#ledger';
import { companiesMeant } from '../companies/require-company.js';
import { CliFailure } from '../failure/cli-failure.js';
import type { DatabaseSession } from '../session/database-session.js';

export interface RangeOptions {
  readonly company?: number;
  readonly wallet?: string;
  readonly customer?: string;
}

/** One look by primary key for each company there is. */
const COMPANY_OF_WALLET = `SELECT c.id FROM company c JOIN wallet w ON w.company_id = c.id AND w.id = $1`;

/** Which streams a person means. @throws CliFailure where there is none, or the options don't go together. */
export async function replayRange(
  { pool, prisma }: Pick<DatabaseSession, 'pool' | 'prisma'>,
  { company, wallet, customer }: RangeOptions,
): Promise<StreamRange> {
  if (wallet !== undefined && customer !== undefined) throw new CliFailure('Give --wallet or --customer, not both.');
  if (customer !== undefined) {
    if (company === undefined) throw new CliFailure('A customer is a company’s: give --company, too.');
    const where = { companyId_id: { companyId: company, id: customer } };
    const found = await prisma.customer.findUnique({ where, select: { walletId: true } });
    if (found === null) throw new CliFailure(`Company ${company} has no customer ${customer}: check both.`);
    return { companies: [company, company], wallets: [found.walletId, found.walletId] };
  }
  if (wallet === undefined) {
    return { companies: await companiesMeant(pool, company), wallets: EVERY_WALLET };
  }
  const owner = company ?? (await pool.query<{ id: number }>(COMPANY_OF_WALLET, [wallet])).rows[0]?.id;
  if (owner === undefined) throw new CliFailure(`There is no wallet ${wallet}: check the id.`);
  return { companies: [owner, owner], wallets: [wallet, wallet] };
}
