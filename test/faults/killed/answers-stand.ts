import type pg from 'pg';
import type { RunningProgram } from '../../support/running-program.js';
import type { BurstAnswers } from './bursts.js';

const AT_ONCE = 10_000;
const CALLS_AT_ONCE = 16;

/** Plan: one look by primary key for each. */
const COUNT_EVENTS = `
  SELECT count(*)::int AS there FROM unnest($2::uuid[], $3::bigint[], $4::uuid[]) q(w, v, id)
  JOIN event e ON e.company_id = $1 AND e.wallet_id = q.w AND e.version = q.v AND e.event_id = q.id`;

/** Plan: the same. */
const COUNT_ORDERS = `
  SELECT count(*)::int AS there FROM unnest($2::text[]) q(id) JOIN purchase_order o ON o.company_id = $1 AND o.id = q.id`;

/** @returns how many of the answers name something that is not there. */
export async function lostFrom(pool: pg.Pool, companyId: number, { events, orderIds }: BurstAnswers): Promise<number> {
  let lost = 0;
  for (let at = 0; at < events.length; at += AT_ONCE) {
    const some = events.slice(at, at + AT_ONCE);
    const columns = [
      some.map(({ walletId }) => walletId),
      some.map(({ version }) => version),
      some.map(({ eventId }) => eventId),
    ];
    const { rows } = await pool.query<{ there: number }>(COUNT_EVENTS, [companyId, ...columns]);
    lost += some.length - (rows[0]?.there ?? 0);
  }
  for (let at = 0; at < orderIds.length; at += AT_ONCE) {
    const some = orderIds.slice(at, at + AT_ONCE);
    const { rows } = await pool.query<{ there: number }>(COUNT_ORDERS, [companyId, some]);
    lost += some.length - (rows[0]?.there ?? 0);
  }
  return lost;
}

/** Asks the program for every redemption that a caller was told of. @returns those that are not what was told. */
export async function changedSince(
  { loyaltyUrl, apiKey }: RunningProgram,
  told: ReadonlyMap<string, string>,
  codes: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const ids = [...told.values()];
  const changed: string[] = [];
  const ask = async (): Promise<void> => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
      const response = await fetch(`${loyaltyUrl}/redemptions/${id}`, { headers: { 'x-api-key': apiKey } });
      const { data } = (await response.json()) as { readonly data?: { readonly voucherCode?: string | null } };
      const code = codes.get(id);
      const stands = response.status === 200 && (code === undefined || data?.voucherCode === code);
      if (!stands) changed.push(`${id}: ${response.status}, told ${code ?? 'no code'}, now ${data?.voucherCode}`);
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, ask));
  return changed;
}
