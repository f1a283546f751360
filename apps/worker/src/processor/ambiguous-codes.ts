import { mayStillBeUsed, type IssuedVoucher } from '#domain';
import type { LoadedRedemption, RedemptionReader } from '#ledger';
import type { Prepare } from '#platform';
import type pg from 'pg';

/** Plan: the primary key (company_id, digest, redemption_id), once for each digest. */
const SAME_CODE = `
SELECT q.asked, c.redemption_id
  FROM unnest($1::int[], $2::text[], $3::uuid[], $4::int[]) q(company_id, digest, redemption_id, asked)
  JOIN voucher_code c ON c.company_id = q.company_id AND c.digest = q.digest AND c.redemption_id <> q.redemption_id`;

interface Question {
  readonly companyId: number;
  readonly redemptionId: string;
  readonly digests: readonly string[];
  readonly answer: (others: readonly string[]) => void;
  readonly fail: (error: unknown) => void;
}

export interface AmbiguousCodesDeps {
  readonly pool: pg.Pool;
  readonly prepare: Prepare;
  readonly reader: Pick<RedemptionReader, 'load'>;
}

/**
 * Finds redemptions that were given the same code by a provider outside. It is asked after the code is on record, so of two that are
 * given it at the same time the later one sees the other. Questions that come while one is under way are asked together.
 */
export class AmbiguousCodes {
  private waiting: Question[] = [];
  private isAsking = false;

  constructor(private readonly deps: AmbiguousCodesDeps) {}

  /** The other redemptions of the company whose voucher has this code and may still be used. */
  async others(
    { companyId, redemption }: LoadedRedemption,
    { code, otherDigests }: IssuedVoucher,
  ): Promise<readonly LoadedRedemption[]> {
    const ids = await new Promise<readonly string[]>((answer, fail) => {
      const digests = [code.digest, ...otherDigests];
      this.waiting.push({ companyId, redemptionId: redemption.id, digests, answer, fail });
      if (!this.isAsking) void this.askAll();
    });
    if (ids.length === 0) return [];
    const loaded = await this.deps.reader.load(ids.map((redemptionId) => ({ companyId, redemptionId })));
    return loaded.filter((other) => mayStillBeUsed(other.redemption));
  }

  private async askAll(): Promise<void> {
    this.isAsking = true;
    while (this.waiting.length > 0) {
      const questions = this.waiting;
      this.waiting = [];
      try {
        const found = await this.ask(questions);
        questions.forEach(({ answer }, asked) => answer(found.get(asked) ?? []));
      } catch (error) {
        for (const { fail } of questions) fail(error);
      }
    }
    this.isAsking = false;
  }

  private async ask(questions: readonly Question[]): Promise<ReadonlyMap<number, readonly string[]>> {
    const { pool, prepare } = this.deps;
    const rows = questions.flatMap(({ companyId, redemptionId, digests }, asked) =>
      digests.map((digest) => ({ companyId, digest, redemptionId, asked })),
    );
    const values = [
      rows.map((row) => row.companyId),
      rows.map((row) => row.digest),
      rows.map((row) => row.redemptionId),
      rows.map((row) => row.asked),
    ];
    const answer = await pool.query<[number, string]>({
      ...prepare('same_code', SAME_CODE, values),
      rowMode: 'array',
    });
    const found = new Map<number, string[]>();
    for (const [asked, id] of answer.rows) found.set(asked, [...(found.get(asked) ?? []), id]);
    return found;
  }
}
