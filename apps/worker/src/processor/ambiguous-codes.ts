import { mayStillBeUsed } from '#domain';
import { askByCompany, type GroupBy, type LoadedRedemption, type RedemptionReader } from '#ledger';
import { gathered, type Prepare, type VoucherCodes } from '#platform';
import type pg from 'pg';

/** Plan: the primary key (company_id, digest, redemption_id), once for each digest; the newest are enough. */
const SAME_CODE = `
SELECT q.n::int, c.redemption_id
  FROM unnest($1::int[], $2::int[], $3::text[], $4::uuid[]) q(n, company, digest, own)
 CROSS JOIN LATERAL (
   SELECT redemption_id FROM voucher_code
    WHERE company_id = q.company AND digest = q.digest AND redemption_id <> q.own ORDER BY redemption_id DESC LIMIT 50) c`;

export interface AmbiguousCodesDeps {
  readonly pool: pg.Pool;
  readonly prepare: Prepare;
  readonly groupBy: GroupBy;
  readonly reader: Pick<RedemptionReader, 'load'>;
  readonly codes: VoucherCodes;
}

interface Asked {
  readonly companyId: number;
  readonly redemptionId: string;
  readonly digests: readonly string[];
}

/** Finds out whether the code of one redemption is another's, too. Those asked about in one turn are one query, or one for each company. */
export class AmbiguousCodes {
  private readonly look = gathered((asked: readonly Asked[]) => this.areShared(asked));

  constructor(private readonly deps: AmbiguousCodesDeps) {}

  /** Whether another redemption of the company has the same code and may still be used. */
  async isShared(loaded: LoadedRedemption): Promise<boolean> {
    const { companyId, redemption } = loaded;
    const digests = lookupDigestsOf(this.deps.codes, loaded);
    if (digests.length === 0) return false;
    return (await this.look({ companyId, redemptionId: redemption.id, digests })) === true;
  }

  private async areShared(asked: readonly Asked[]): Promise<readonly boolean[]> {
    const found = await askByCompany(this.deps.groupBy, asked, (some) => this.read(some));
    if (found.length === 0) return asked.map(() => false);
    const others = await this.deps.reader.load(
      found.map(([{ companyId }, redemptionId]) => ({ companyId, redemptionId })),
    );
    const live = new Set(others.filter(({ redemption }) => mayStillBeUsed(redemption)).map((one) => one.redemption.id));
    const shared = new Set(found.filter(([, other]) => live.has(other)).map(([one]) => one));
    return asked.map((one) => shared.has(one));
  }

  private async read(asked: readonly Asked[]): Promise<readonly (readonly [Asked, string])[]> {
    const lookups = asked.flatMap((one, n) => one.digests.map((digest) => ({ ...one, n, digest })));
    const values = [
      lookups.map(({ n }) => n),
      lookups.map(({ companyId }) => companyId),
      lookups.map(({ digest }) => digest),
      lookups.map(({ redemptionId }) => redemptionId),
    ];
    const { rows } = await this.deps.pool.query<[number, string]>({
      ...this.deps.prepare('same_code', SAME_CODE, values),
      rowMode: 'array',
    });
    return rows.map(([n, redemptionId]) => [asked[n] as Asked, redemptionId]);
  }
}

/** What its code may stand under, with every key of the ring: the other one may have been sealed before or after a rotation. */
export function lookupDigestsOf(codes: VoucherCodes, { companyId, redemption }: LoadedRedemption): readonly string[] {
  const sealed = redemption.voucher.code;
  if (sealed === undefined) return [];
  const code = codes.openCode({ companyId, redemptionId: redemption.id, sealed });
  return codes.lookupDigests(companyId, code).map(({ digest }) => digest);
}
