import { askByCompany, type GroupBy, type LoadedRedemption } from '#ledger';
import type { Prepare } from '#platform';
import type pg from 'pg';

/** What a provider is told and no redemption knows. */
export interface RequestOrigin {
  /** The company's own id of the customer. */
  readonly customerId: string;
  readonly customerEmail?: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  /** Of the request that opened the redemption: 32 hexadecimal digits. */
  readonly traceId: string | undefined;
}

/** By primary key on all four tables. */
const READ_ORIGINS = `
SELECT q.n::int, w.customer_id, c.email, e.body::json ->> 'traceId', t.content
  FROM unnest($1::int[], $2::uuid[], $3::bigint[]) WITH ORDINALITY q(c, i, v, n)
  JOIN wallet w ON w.company_id = q.c AND w.id = q.i
  LEFT JOIN customer c ON c.company_id = w.company_id AND c.id = w.customer_id
  JOIN event e ON e.company_id = w.company_id AND e.wallet_id = w.id AND e.version = q.v
  LEFT JOIN private_text t ON t.company_id = e.company_id AND t.wallet_id = e.wallet_id AND t.version = e.version`;

interface Asked {
  readonly loaded: LoadedRedemption;
  readonly answer: (origin: RequestOrigin) => void;
  readonly refuse: (error: unknown) => void;
}

/**
 * Reads where redemptions come from: the customer, the caller's words, the request's trace. Those asked for in one turn are one query, or
 * one for each company.
 */
export class RequestOrigins {
  private asked: Asked[] = [];

  constructor(
    private readonly pool: pg.Pool,
    private readonly prepare: Prepare,
    private readonly groupBy: GroupBy,
  ) {}

  of(loaded: LoadedRedemption): Promise<RequestOrigin> {
    return new Promise((answer, refuse) => {
      if (this.asked.push({ loaded, answer, refuse }) === 1) setImmediate(() => void this.readAsked());
    });
  }

  private async readAsked(): Promise<void> {
    const asked = this.asked;
    this.asked = [];
    await askByCompany(
      this.groupBy,
      asked.map((one) => ({ companyId: one.loaded.companyId, one })),
      async (some) => {
        await this.answer(some.map(({ one }) => one));
        return [];
      },
    );
  }

  private async answer(asked: readonly Asked[]): Promise<void> {
    try {
      const origins = await this.read(asked.map(({ loaded }) => loaded));
      asked.forEach(({ answer, refuse }, i) => {
        const origin = origins.get(i);
        if (origin !== undefined) answer(origin);
        else refuse(new TypeError('A redemption that was just loaded has no wallet or request any more.'));
      });
    } catch (error) {
      for (const { refuse } of asked) refuse(error);
    }
  }

  private async read(redemptions: readonly LoadedRedemption[]): Promise<ReadonlyMap<number, RequestOrigin>> {
    const values = [
      redemptions.map(({ companyId }) => companyId),
      redemptions.map(({ walletId }) => walletId),
      redemptions.map(({ redemption }) => String(redemption.firstVersion)),
    ];
    const { rows } = await this.pool.query<[number, string, string | null, string | null, string | null]>({
      ...this.prepare('read_origins', READ_ORIGINS, values),
      rowMode: 'array',
    });
    return new Map(
      rows.map(([n, customerId, email, traceId, content]) => [
        n - 1,
        {
          customerId,
          customerEmail: email ?? undefined,
          metadata: metadataOf(content),
          traceId: traceId ?? undefined,
        },
      ]),
    );
  }
}

function metadataOf(content: string | null): RequestOrigin['metadata'] {
  if (content === null) return undefined;
  return (JSON.parse(content) as { readonly metadata?: Readonly<Record<string, unknown>> }).metadata;
}
