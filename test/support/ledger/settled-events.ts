import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

const SETTLED = `SELECT NOT EXISTS (SELECT FROM event WHERE transaction_id >= pg_snapshot_xmin(pg_current_snapshot())) AS settled`;

/**
 * Waits until everything that was written lies below the oldest transaction that is still running, which is how far the feed and
 * the seals read: the server has other tests' databases, too, and their transactions count.
 */
export async function eventsSettled(pool: pg.Pool): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ settled: boolean }>(SETTLED);
    if (rows[0]?.settled === true) return;
    await sleep(20);
  }
}
