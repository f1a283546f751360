import type pg from 'pg';

/**
 * Under which history transaction ids were given: the cluster's own number and its timeline, which a restore to a point in time, a
 * promoted standby and a dump read into another server change. Ids of two epochs can't be compared.
 */
const READ_EPOCH = `
  SELECT system_identifier || '-' || left(pg_walfile_name(pg_current_wal_lsn()), 8) AS epoch,
         pg_snapshot_xmin(pg_current_snapshot())::text AS boundary
  FROM pg_control_system()`;

export interface LedgerEpoch {
  readonly epoch: string;
  /** The oldest transaction that may still write: all that was written below it is visible, and nothing can be added there. */
  readonly boundary: string;
}

export async function readEpoch(db: Pick<pg.ClientBase, 'query'> | pg.Pool): Promise<LedgerEpoch> {
  const { rows } = await (db as pg.Pool).query<LedgerEpoch>(READ_EPOCH);
  return rows[0] as LedgerEpoch;
}
