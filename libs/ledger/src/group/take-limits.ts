import { countersAtStake, countersTaken, limitsFound, redemptionOf, type LimitsFound, type Redemption } from '#domain';
import type { Prepare } from '#platform';
import type pg from 'pg';
import { column } from '../columns.js';
import { inOneWrite } from './in-one-write.js';
import { redemptionKey, type LoadedGroup } from './load-group.js';
import type { PendingCommand } from './pending-command.js';
import type { Send } from './send.js';

/** Counters that nobody has counted in yet, so that there is a row to lock. Plan: insert by primary key, in its order. */
const OPEN_COUNTERS = `
  INSERT INTO option_counter (company_id, counter, taken)
  SELECT c, n, 0 FROM unnest(string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')) q(c, n) ORDER BY c, n
  ON CONFLICT DO NOTHING`;

/**
 * Waits for the counters, in the key's order, so that two groups that want the same two can't wait for each other; whoever holds one is
 * past its keys and waits for nothing that is taken earlier. Reads what their last holders left. Plan: nested loop over the primary key.
 */
const LOCK_COUNTERS = `
  SELECT o.company_id, o.counter, o.taken
  FROM unnest(string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')) q(c, n)
  JOIN option_counter o ON o.company_id = q.c AND o.counter = q.n
  ORDER BY o.company_id, o.counter FOR UPDATE OF o`;

/** In the key's order. Plan: nested loop over the primary key; the rows are locked already. */
const MOVE_COUNTERS = `
  INSERT INTO option_counter (company_id, counter, taken)
  SELECT c, n, d
  FROM unnest(string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n'), string_to_array($3, E'\\n')::bigint[]) q(c, n, d)
  ORDER BY c, n
  ON CONFLICT (company_id, counter) DO UPDATE SET taken = option_counter.taken + excluded.taken`;

interface HeldCounter {
  readonly companyId: number;
  readonly counter: string;
  /** As the group found it; undefined: it was not locked, and nothing may be taken from it. */
  readonly found: bigint | undefined;
  /** What the group's decisions so far add to it. */
  delta: bigint;
}

/** The counters of a group: what it found under their locks, and what it has decided since. */
export class GroupCounters {
  private readonly held = new Map<string, HeldCounter>();

  constructor(rows: readonly (readonly [companyId: number, counter: string, taken: string])[] = []) {
    for (const [companyId, counter, taken] of rows) {
      this.held.set(nameOf(companyId, counter), { companyId, counter, found: BigInt(taken), delta: 0n });
    }
  }

  /** What a reservation of this redemption would find; undefined where it takes nothing, or where nobody holds the locks. */
  limitsFor(companyId: number, redemption: Redemption | undefined): LimitsFound | undefined {
    const limits = redemption?.terms?.limits;
    if (redemption === undefined || limits === undefined || limits.length === 0) return undefined;
    const found = limits.map(({ counter }) => this.held.get(nameOf(companyId, counter)));
    if (found.some((one) => one?.found === undefined)) return undefined;
    return limitsFound(redemption, (counter) => {
      const { found: at = 0n, delta } = this.held.get(nameOf(companyId, counter)) as HeldCounter;
      return at + delta;
    });
  }

  /** A redemption has changed: it counts where it did not, or counts no longer. */
  move(companyId: number, before: Redemption | undefined, after: Redemption): void {
    if (after.terms === undefined) return;
    if (before !== undefined) for (const counter of countersTaken(before)) this.add(companyId, counter, -1n);
    for (const counter of countersTaken(after)) this.add(companyId, counter, 1n);
  }

  /** Writes what has changed; groups whose redemptions have no limits send nothing. */
  append(send: Send): void {
    if (this.held.size === 0) return;
    const moved = [...this.held.values()].filter(({ delta }) => delta !== 0n);
    if (moved.length === 0) return;
    send('mc', MOVE_COUNTERS, [
      column(moved, ({ companyId }) => companyId),
      column(moved, ({ counter }) => counter),
      column(moved, ({ delta }) => delta),
    ]);
  }

  private add(companyId: number, counter: string, delta: bigint): void {
    const name = nameOf(companyId, counter);
    const known = this.held.get(name);
    if (known === undefined) this.held.set(name, { companyId, counter, found: undefined, delta });
    else known.delta += delta;
  }
}

function nameOf(companyId: number, counter: string): string {
  return `${companyId}\n${counter}`;
}

/**
 * Locks the counters that the group's commands may change (design §3, step 4). Only redemptions of options with limits have any: for all
 * others this sends nothing. The locks are those counters' alone; redemptions of other options pass by.
 */
export async function lockCounters(
  client: pg.PoolClient,
  prepare: Prepare,
  group: readonly PendingCommand[],
  loaded: LoadedGroup,
): Promise<GroupCounters> {
  const wanted = countersOf(group, loaded);
  if (wanted.length === 0) return new GroupCounters();
  const values = [column(wanted, ([companyId]) => companyId), column(wanted, ([, counter]) => counter)];
  const [, { rows }] = await inOneWrite(client, () =>
    Promise.all([
      client.query(prepare('oc', OPEN_COUNTERS, values)),
      client.query<[number, string, string]>({ ...prepare('lc', LOCK_COUNTERS, values), rowMode: 'array' }),
    ]),
  );
  return new GroupCounters(rows);
}

function countersOf(
  group: readonly PendingCommand[],
  { redemptions, missedStreams }: LoadedGroup,
): readonly (readonly [companyId: number, counter: string])[] {
  const wanted = new Map<string, readonly [number, string]>();
  if (redemptions.size === 0) return [];
  for (const { command, companyId, streamId } of group) {
    const id = redemptionOf(command);
    const redemption = id === undefined ? undefined : redemptions.get(redemptionKey(streamId, id));
    if (redemption?.terms === undefined || missedStreams.has(streamId)) continue;
    for (const counter of countersAtStake(command, redemption))
      wanted.set(nameOf(companyId, counter), [companyId, counter]);
  }
  return [...wanted.values()];
}
