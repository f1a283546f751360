import pg from 'pg';

import { instant } from '#domain';
import { balanceParameters, READ_BALANCE_AT } from '#ledger';

import { median } from '../report/median.js';

export interface BalanceTimes {
  readonly asked: number;
  /** Milliseconds of the server's, planning and execution together. */
  readonly medianMs: number;
  readonly longestMs: number;
}

const ASKED = 200;

const SOME_WALLETS = `
  SELECT company_id, id, (extract(epoch FROM created_at + random() * (last_occurred_at - created_at)) * 1000000)::bigint AS at
  FROM wallet ORDER BY random() LIMIT $1`;

const EXPLAIN = `EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) ${READ_BALANCE_AT}`;

interface Explained {
  readonly 'QUERY PLAN': readonly [{ readonly 'Planning Time': number; readonly 'Execution Time': number }];
}

/** Asks for balances of wallets at moments of their lives, both at random. */
export async function measureBalances(connectionString: string): Promise<BalanceTimes> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ company_id: number; id: string; at: string }>(SOME_WALLETS, [ASKED]);
    const times: number[] = [];
    for (const { company_id, id, at } of rows) {
      const parameters = balanceParameters(company_id, id, instant(Number(at)));
      const explained = await client.query<Explained>(EXPLAIN, parameters);
      const plan = explained.rows[0]?.['QUERY PLAN'][0];
      times.push((plan?.['Planning Time'] ?? 0) + (plan?.['Execution Time'] ?? 0));
    }
    return { asked: times.length, medianMs: rounded(median(times)), longestMs: rounded(Math.max(...times)) };
  } finally {
    await client.end();
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
