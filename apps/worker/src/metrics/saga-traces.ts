import { askByCompany, type GroupBy, type LoadedRedemption } from '#ledger';
import type { Prepare } from '#platform';
import { requestSpanId, type Tracer } from '#platform/tracing';
import type pg from 'pg';

/** By primary key. The trace a redemption belongs to stands in its first event. */
const READ_TRACE_IDS = `
SELECT q.r, e.body::json ->> 'traceId'
  FROM unnest(string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[],
              string_to_array($3, E'\\n')::bigint[], string_to_array($4, E'\\n')) q(c, w, v, r)
  JOIN event e ON e.company_id = q.c AND e.wallet_id = q.w AND e.version = q.v`;

/** Puts what the worker does into the traces of the requests it does it for. Made only where traces are. */
export class SagaTraces {
  constructor(
    private readonly tracer: Tracer,
    private readonly pool: pg.Pool,
    private readonly prepare: Prepare,
    private readonly groupBy: GroupBy,
  ) {}

  /** The requests' trace ids, by redemption. A database in trouble costs the traces, not the work. */
  async traceIds(loaded: readonly LoadedRedemption[]): Promise<ReadonlyMap<string, string>> {
    try {
      const rows = await askByCompany(this.groupBy, loaded, (some) => this.readTraceIds(some));
      return new Map(rows.flatMap(([id, traceId]) => (traceId === null ? [] : [[id, traceId] as const])));
    } catch {
      return new Map();
    }
  }

  /** One look at a redemption, as part of a job; its parent is what left it to the worker. */
  look<Result>(
    { redemption }: LoadedRedemption,
    { traceId, tries }: { readonly traceId: string | undefined; readonly tries: number },
    work: () => Promise<Result>,
  ): Promise<Result> {
    const attributes = { 'holdfast.redemption': redemption.id, 'holdfast.tries': tries };
    const parentSpanId = requestSpanId(redemption.id);
    return this.tracer.within('saga job', { traceId, parentSpanId, kind: 'consumer', attributes }, work);
  }

  private async readTraceIds(loaded: readonly LoadedRedemption[]): Promise<readonly [string, string | null][]> {
    const values = [
      loaded.map(({ companyId }) => companyId).join('\n'),
      loaded.map(({ walletId }) => walletId).join('\n'),
      loaded.map(({ redemption }) => String(redemption.firstVersion)).join('\n'),
      loaded.map(({ redemption }) => redemption.id).join('\n'),
    ];
    const { rows } = await this.pool.query<[string, string | null]>({
      ...this.prepare('read_trace_ids', READ_TRACE_IDS, values),
      rowMode: 'array',
    });
    return rows;
  }
}
