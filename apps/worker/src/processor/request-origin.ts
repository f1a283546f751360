import type { LoadedRedemption } from '#ledger';
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
const READ_ORIGIN = `
SELECT w.customer_id, c.email, e.body::json ->> 'traceId', t.content
  FROM wallet w
  LEFT JOIN customer c ON c.company_id = w.company_id AND c.id = w.customer_id
  JOIN event e ON e.company_id = w.company_id AND e.wallet_id = w.id AND e.version = $3
  LEFT JOIN private_text t ON t.company_id = e.company_id AND t.wallet_id = e.wallet_id AND t.version = e.version
 WHERE w.company_id = $1 AND w.id = $2`;

/** Reads where redemptions come from: the customer, the caller's words, the request's trace. */
export class RequestOrigins {
  constructor(
    private readonly pool: pg.Pool,
    private readonly prepare: Prepare,
  ) {}

  async of({ companyId, walletId, redemption }: LoadedRedemption): Promise<RequestOrigin> {
    const { rows } = await this.pool.query<[string, string | null, string | null, string | null]>({
      ...this.prepare('read_origin', READ_ORIGIN, [companyId, walletId, String(redemption.firstVersion)]),
      rowMode: 'array',
    });
    const [row] = rows;
    if (row === undefined) throw new TypeError('A redemption that was just loaded has no wallet or request any more.');
    const [customerId, email, traceId, content] = row;
    return {
      customerId,
      customerEmail: email ?? undefined,
      metadata: metadataOf(content),
      traceId: traceId ?? undefined,
    };
  }
}

function metadataOf(content: string | null): RequestOrigin['metadata'] {
  if (content === null) return undefined;
  return (JSON.parse(content) as { readonly metadata?: Readonly<Record<string, unknown>> }).metadata;
}
