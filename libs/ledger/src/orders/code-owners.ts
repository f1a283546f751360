import { decodeRedemption } from '#domain';
import type { Prepare, VoucherCodes } from '#platform';
import type pg from 'pg';
import type { LoadedRedemption } from '../read/redemption-reader.js';

/** Plan: the code's primary key by company and digest, then the redemption's. */
const OWNERS = `
  SELECT q.asked, r.wallet_id, r.state
  FROM unnest($2::text[], $3::int[]) q(digest, asked)
  JOIN voucher_code c ON c.company_id = $1 AND c.digest = q.digest
  JOIN redemption r ON r.company_id = c.company_id AND r.id = c.redemption_id`;

/** Finds the redemptions that have a code, under whichever key of the ring it was sealed. */
export class CodeOwners {
  constructor(
    private readonly pool: pg.Pool,
    private readonly prepare: Prepare,
    private readonly codes: VoucherCodes,
  ) {}

  /** For each code, in order: every redemption of the company that has it. None for a code that is not ours. */
  async find(companyId: number, codes: readonly string[]): Promise<readonly (readonly LoadedRedemption[])[]> {
    if (codes.length === 0) return [];
    const lookups = codes.flatMap((code, asked) =>
      this.codes.lookupDigests(companyId, code).map(({ digest }) => ({ digest, asked })),
    );
    const { rows } = await this.pool.query<[number, string, string]>({
      ...this.prepare('code_owners', OWNERS, [
        companyId,
        lookups.map(({ digest }) => digest),
        lookups.map(({ asked }) => asked),
      ]),
      rowMode: 'array',
    });
    const found: LoadedRedemption[][] = codes.map(() => []);
    for (const [asked, walletId, state] of rows) {
      found[asked]?.push({ companyId, walletId, redemption: decodeRedemption(state) });
    }
    return found;
  }
}
