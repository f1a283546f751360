import { askByCompany, type GroupBy, type LoadedRedemption } from '#ledger';
import { gathered, type Prepare } from '#platform';
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

/**
 * Reads where redemptions come from: the customer, the caller's words, the request's trace. Those asked for in one turn are one query, or
 * one for each company.
 */
export class RequestOrigins {
  private readonly look = gathered((redemptions: readonly LoadedRedemption[]) => this.readAll(redemptions));

  constructor(
    private readonly pool: pg.Pool,
    private readonly prepare: Prepare,
    private readonly groupBy: GroupBy,
  ) {}

  async of(loaded: LoadedRedemption): Promise<RequestOrigin> {
    const origin = await this.look(loaded);
    if (origin !== undefined) return origin;
    throw new TypeError('A redemption that was just loaded has no wallet or request any more.');
  }

  private async readAll(redemptions: readonly LoadedRedemption[]): Promise<readonly (RequestOrigin | undefined)[]> {
    const found = new Map(await askByCompany(this.groupBy, redemptions, (some) => this.read(some)));
    return redemptions.map((loaded) => found.get(loaded));
  }

  private async read(
    redemptions: readonly LoadedRedemption[],
  ): Promise<readonly (readonly [LoadedRedemption, RequestOrigin])[]> {
    const values = [
      redemptions.map(({ companyId }) => companyId),
      redemptions.map(({ walletId }) => walletId),
      redemptions.map(({ redemption }) => String(redemption.firstVersion)),
    ];
    const { rows } = await this.pool.query<[number, string, string | null, string | null, string | null]>({
      ...this.prepare('read_origins', READ_ORIGINS, values),
      rowMode: 'array',
    });
    return rows.map(([n, customerId, email, traceId, content]) => [
      redemptions[n - 1] as LoadedRedemption,
      { customerId, customerEmail: email ?? undefined, metadata: metadataOf(content), traceId: traceId ?? undefined },
    ]);
  }
}

function metadataOf(content: string | null): RequestOrigin['metadata'] {
  if (content === null) return undefined;
  return (JSON.parse(content) as { readonly metadata?: Readonly<Record<string, unknown>> }).metadata;
}
