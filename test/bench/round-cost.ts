import type pg from 'pg';

import { cpuMs, cpuMsOfTree } from './processes/process-usage.js';

const WAL_POSITION = `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::text AS bytes`;

/** CPU milliseconds by process, and bytes of write-ahead log; null where the system doesn't tell. */
export interface RoundCost {
  readonly cpuMs: Readonly<Record<string, number | null>>;
  readonly walBytes: number;
}

export interface Metered {
  /** Process ids by name. */
  readonly pids: Readonly<Record<string, number>>;
  readonly postmasterPid: number;
  readonly database: pg.Client;
}

/** Reads the meters before and after some work. */
export async function meter<T>(metered: Metered, work: () => Promise<T>): Promise<{ outcome: T; cost: RoundCost }> {
  const before = await read(metered);
  const outcome = await work();
  const after = await read(metered);
  const spent = Object.entries(after.cpuMs).map(([name, ms]) => {
    const start = before.cpuMs[name];
    return [name, ms === null || start === null || start === undefined ? null : ms - start] as const;
  });
  return { outcome, cost: { cpuMs: Object.fromEntries(spent), walBytes: after.walBytes - before.walBytes } };
}

/** The cost of each of so many redemptions, over several rounds. */
export function costPerRedemption(costs: readonly RoundCost[], redemptions: number): RoundCost {
  const each = (total: number, digits: number) => Number((total / Math.max(1, redemptions)).toFixed(digits));
  const names = Object.keys(costs[0]?.cpuMs ?? {});
  const totals = names.map((name) => {
    const spent = costs.map((cost) => cost.cpuMs[name] ?? null);
    return [name, spent.includes(null) ? null : each(sum(spent.map(Number)), 3)] as const;
  });
  return { cpuMs: Object.fromEntries(totals), walBytes: each(sum(costs.map(({ walBytes }) => walBytes)), 0) };
}

async function read({ pids, postmasterPid, database }: Metered): Promise<RoundCost> {
  const { rows } = await database.query<{ bytes: string }>(WAL_POSITION);
  const own = Object.entries(pids).map(([name, pid]) => [name, cpuMs(pid) ?? null] as const);
  return {
    cpuMs: { ...Object.fromEntries(own), postgres: cpuMsOfTree(postmasterPid) ?? null },
    walBytes: Number(rows[0]?.bytes),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
