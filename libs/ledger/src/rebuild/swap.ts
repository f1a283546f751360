import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { WRITE_GATE } from '../group/write-gate.js';
import type { Projection } from '../projections/projection.js';
import type { CatchUp } from './catch-up.js';
import { RETIRED, SHADOW } from './shadow-tables.js';

/** No group may be in the middle: it waits here, at its first statement, holding nothing. */
const CLOSE_GATE = `SELECT pg_advisory_lock(${WRITE_GATE})`;
const OPEN_GATE = `SELECT pg_advisory_unlock(${WRITE_GATE})`;

/** A group that takes longer than this to end must not hold up the others behind it. */
const GATE_WAIT_MS = 500;
/** More than this is not caught up while everybody waits. */
const STREAMS_MAX = 2_000;
/** Groups wait for at most this long behind the gate, well below their own patience of two seconds. */
const GATE_CLOSED_MS = 1_000;
/** A statement that reads two of the tables may hold one and wait for the other: then the locks are let go and tried anew. */
const LOCK_MS = 100;
const PAUSE_MS = 10;

const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK = '40P01';

/**
 * Puts the shadow tables in the live ones' place, in one transaction: whoever reads sees either. Requests wait while it lasts and none
 * fails. Prepared statements find the new tables, since they are planned anew when a table they name is another.
 *
 * @param client its own connection, whose settings may be changed.
 * @returns false where readers left no gap for the locks in time: nothing is changed, and it may be tried again.
 */
export async function swap(
  client: pg.ClientBase,
  catchUp: CatchUp,
  projections: readonly Projection[],
  { live, mark }: { readonly live: string; readonly mark: string },
): Promise<boolean> {
  if (!(await closeGate(client))) return false;
  const openMs = performance.now() + GATE_CLOSED_MS;
  try {
    const changed = await catchUp.changedSince(mark);
    if (changed.length > STREAMS_MAX) return false;
    await catchUp.fold(changed);
    while (performance.now() < openMs) {
      if (await trySwap(client, projections, live)) return true;
      await sleep(PAUSE_MS);
    }
    return false;
  } finally {
    await client.query(OPEN_GATE);
  }
}

async function closeGate(client: pg.ClientBase): Promise<boolean> {
  try {
    await client.query(`SET lock_timeout = ${GATE_WAIT_MS}`);
    await client.query(CLOSE_GATE);
    return true;
  } catch (error) {
    if (isLockTrouble(error)) return false;
    throw error;
  }
}

function isLockTrouble(error: unknown): boolean {
  const code = error instanceof pg.DatabaseError ? error.code : undefined;
  return code === LOCK_NOT_AVAILABLE || code === DEADLOCK;
}

async function trySwap(client: pg.ClientBase, projections: readonly Projection[], live: string): Promise<boolean> {
  const tables = projections.map(({ table }) => table);
  try {
    await client.query(`BEGIN; SET LOCAL lock_timeout = ${LOCK_MS}`);
    await client.query(`LOCK TABLE ${tables.map((table) => `${live}.${table}`).join(', ')} IN ACCESS EXCLUSIVE MODE`);
    for (const table of tables) {
      await client.query(`ALTER TABLE ${live}.${table} SET SCHEMA ${RETIRED}`);
      await client.query(`ALTER TABLE ${SHADOW}.${table} SET SCHEMA ${live}`);
    }
    await client.query('COMMIT');
    return true;
  } catch (error) {
    await client.query('ROLLBACK');
    if (isLockTrouble(error)) return false;
    throw error;
  }
}
