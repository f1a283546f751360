import { countersTaken, type Redemption, type Report } from '#domain';
import type pg from 'pg';
import type { StreamRange } from '../feed/stream-reader.js';

/** How much is taken of each counter, by company and name. */
export type CountersTaken = Map<string, bigint>;

export function addTaken(taken: CountersTaken, companyId: number, redemption: Redemption): void {
  for (const counter of countersTaken(redemption)) {
    const key = `${companyId}:${counter}`;
    taken.set(key, (taken.get(key) ?? 0n) + 1n);
  }
}

/** Plan: a range of the primary key. */
const COUNTERS = `SELECT company_id, counter, taken FROM option_counter WHERE company_id BETWEEN $1 AND $2`;

const NO_WALLET = '';

/** All of a company's streams add to a counter, so it is judged when all are read. One at nought may be missing. */
export async function checkCounters(
  client: pg.ClientBase,
  companies: StreamRange['companies'],
  expected: CountersTaken,
  report: Report,
): Promise<void> {
  const { rows } = await client.query<{ company_id: number; counter: string; taken: string }>(COUNTERS, [...companies]);
  const find = (companyId: number, counter: string, taken: bigint, found: string): void => {
    const place = { companyId, walletId: NO_WALLET };
    report({ check: 'option_counter_row', ...place, expected: `${counter} ${taken}`, found: `${counter} ${found}` });
  };
  for (const { company_id, counter, taken } of rows) {
    const key = `${company_id}:${counter}`;
    const wanted = expected.get(key) ?? 0n;
    expected.delete(key);
    if (BigInt(taken) !== wanted) find(company_id, counter, wanted, taken);
  }
  for (const [key, taken] of expected) {
    const colon = key.indexOf(':');
    find(Number(key.slice(0, colon)), key.slice(colon + 1), taken, 'none');
  }
}
