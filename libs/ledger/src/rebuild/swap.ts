import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { WRITE_GATE } from '../group/write-gate.js';
import type { Projection } from '../projections/projection.js';
import type { CatchUp } from './catch-up.js';
import { RETIRED, SHADOW } from './shadow-tables.js';

/** A vacuum of a table is given so long to make way. */
const VACUUM_MS = 10_000;
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
 * @returns false where others left no gap for the locks in time: nothing is changed, and it may be tried again.
 */
export async function swap(
  client: pg.ClientBase,
  catchUp: CatchUp,
  projections: readonly Projection[],
  { live, mark }: { readonly live: string; readonly mark: string },
): Promise<boolean> {
  const tables = projections.map(({ table }) => table);
  // The shadows as well: a vacuum comes for tables that were just filled, and whoever dumps the database reads them.
  const named = tables.flatMap((table) => [`${live}.${table}`, `${SHADOW}.${table}`]).join(', ');
  await client.query('BEGIN');
  try {
    const swapped =
      (await keepVacuumsOut(client, named)) &&
      (await closeGate(client)) &&
      (await isCaughtUp(catchUp, mark)) &&
      (await lockTables(client, named, performance.now() + GATE_CLOSED_MS));
    if (swapped) for (const table of tables) await client.query(changePlaces(live, table));
    await client.query(swapped ? 'COMMIT' : 'ROLLBACK');
    return swapped;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

function changePlaces(live: string, table: string): string {
  return `ALTER TABLE ${live}.${table} SET SCHEMA ${RETIRED}; ALTER TABLE ${SHADOW}.${table} SET SCHEMA ${live}`;
}

/** A vacuum would stand in the way for as long as it takes; whoever waits for the server's own for a second makes it end. */
function keepVacuumsOut(client: pg.ClientBase, named: string): Promise<boolean> {
  return tryLock(client, VACUUM_MS, `LOCK TABLE ${named} IN SHARE UPDATE EXCLUSIVE MODE`);
}

/** The last round, with nobody writing. */
async function isCaughtUp(catchUp: CatchUp, mark: string): Promise<boolean> {
  const changed = await catchUp.changedSince(mark);
  if (changed.length > STREAMS_MAX) return false;
  await catchUp.fold(changed);
  return true;
}

/** No writer may be in the middle: it waits at its first statement, holding nothing. */
function closeGate(client: pg.ClientBase): Promise<boolean> {
  return tryLock(client, GATE_WAIT_MS, `SELECT pg_advisory_xact_lock(${WRITE_GATE})`);
}

async function lockTables(client: pg.ClientBase, named: string, untilMs: number): Promise<boolean> {
  do {
    if (await tryLock(client, LOCK_MS, `LOCK TABLE ${named} IN ACCESS EXCLUSIVE MODE`)) return true;
    await sleep(PAUSE_MS);
  } while (performance.now() < untilMs);
  return false;
}

/** Whether the lock is had; what a try took is given back when it is not. */
async function tryLock(client: pg.ClientBase, waitMs: number, statement: string): Promise<boolean> {
  try {
    await client.query(`SAVEPOINT before_lock; SET LOCAL lock_timeout = ${waitMs}`);
    await client.query(statement);
    return true;
  } catch (error) {
    const code = error instanceof pg.DatabaseError ? error.code : undefined;
    if (code !== LOCK_NOT_AVAILABLE && code !== DEADLOCK) throw error;
    await client.query('ROLLBACK TO SAVEPOINT before_lock');
    return false;
  }
}
