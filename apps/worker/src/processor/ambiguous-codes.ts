import { mayStillBeUsed } from '#domain';
import type { LoadedRedemption, RedemptionReader } from '#ledger';
import type { Prepare, VoucherCodes } from '#platform';
import type pg from 'pg';

/** Plan: the primary key (company_id, digest, redemption_id), once for each digest; the newest are enough. */
const SAME_CODE = `
SELECT c.redemption_id
  FROM unnest($2::text[]) q(digest)
 CROSS JOIN LATERAL (
   SELECT redemption_id FROM voucher_code
    WHERE company_id = $1 AND digest = q.digest AND redemption_id <> $3 ORDER BY redemption_id DESC LIMIT 50) c`;

export interface AmbiguousCodesDeps {
  readonly pool: pg.Pool;
  readonly prepare: Prepare;
  readonly reader: Pick<RedemptionReader, 'load'>;
  readonly codes: VoucherCodes;
}

/** Finds out whether a provider outside gave the code of one redemption to another. */
export class AmbiguousCodes {
  constructor(private readonly deps: AmbiguousCodesDeps) {}

  /** Whether another redemption of the company has the same code and may still be used. */
  async isShared({ companyId, redemption }: LoadedRedemption): Promise<boolean> {
    const { pool, prepare, reader, codes } = this.deps;
    const sealed = redemption.voucher.code;
    if (sealed === undefined) return false;
    // Under every key of the ring: the other one may have been sealed before or after a rotation.
    const code = codes.openCode({ companyId, redemptionId: redemption.id, sealed });
    const digests = codes.lookupDigests(companyId, code).map(({ digest }) => digest);
    const values = [companyId, digests, redemption.id];
    const { rows } = await pool.query<{ redemption_id: string }>(prepare('same_code', SAME_CODE, values));
    if (rows.length === 0) return false;
    const others = await reader.load(rows.map((row) => ({ companyId, redemptionId: row.redemption_id })));
    return others.some((other) => mayStillBeUsed(other.redemption));
  }
}
