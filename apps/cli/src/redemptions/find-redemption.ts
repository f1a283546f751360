import { RedemptionReader, type RedemptionKey } from '#ledger';
import { CliFailure } from '../failure/cli-failure.js';
import type { DatabaseSession } from '../session/database-session.js';

/** Whose redemption it is, where the person did not say. @throws CliFailure when there is none of this id. */
export async function findRedemption(
  session: Pick<DatabaseSession, 'pool' | 'prepare'>,
  redemptionId: string,
  company: number | undefined,
): Promise<RedemptionKey> {
  const companyId = company ?? (await new RedemptionReader(session.pool, session.prepare).companyOf(redemptionId));
  if (companyId === undefined) throw noRedemption(redemptionId, company);
  return { companyId, redemptionId };
}

export function noRedemption(redemptionId: string, company: number | undefined): CliFailure {
  return company === undefined
    ? new CliFailure(`There is no redemption ${redemptionId}: check the id.`)
    : new CliFailure(`Company ${company} has no redemption ${redemptionId}: check the id, or leave out --company.`);
}
