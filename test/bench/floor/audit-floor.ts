import type pg from 'pg';

import { BenchFailure } from '../bench-failure.js';

/** One row: whether every step of every redemption was really written. */
const AUDIT = `
  SELECT r.count AS redemptions, r.committed, r.points, w.burned, w.kept, e.count AS events, k.count AS keys
  FROM (SELECT count(*), count(*) FILTER (WHERE status = 'committed') AS committed,
               coalesce(sum(points) FILTER (WHERE status = 'committed'), 0) AS points FROM floor.redemption) r,
       (SELECT sum(burned) AS burned, sum(available + reserved + burned) AS kept FROM floor.wallet) w,
       (SELECT count(*) FROM floor.event WHERE type = 'RedemptionCommitted') e,
       (SELECT count(*) FROM floor.idempotency_key) k`;

type Figures = Record<'redemptions' | 'committed' | 'points' | 'burned' | 'kept' | 'events' | 'keys', string>;

export interface FloorSeed {
  readonly wallets: number;
  readonly points: number;
}

/**
 * The floor's figure counts only if it did the work.
 *
 * @param settled how many redemptions it said it settled, at least.
 * @throws BenchFailure when its tables don't say the same.
 */
export async function auditFloor(client: pg.Client, seed: FloorSeed, settled: number): Promise<void> {
  const { rows } = await client.query<Figures>(AUDIT);
  const found = rows[0];
  const isSound =
    found !== undefined &&
    BigInt(found.kept) === BigInt(seed.wallets) * BigInt(seed.points) &&
    found.burned === found.points &&
    found.events === found.committed &&
    found.keys === found.redemptions &&
    Number(found.committed) >= settled;
  if (!isSound) throw new BenchFailure(`The floor did not do its work: ${JSON.stringify(found)}, ${settled} settled.`);
}
